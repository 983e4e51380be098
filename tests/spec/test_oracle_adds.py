"""
The seven golden cases of customer adds (domain.md 1.2 #2).

Month 1 is 2020-01 and the data month is 13, 2021-01, so the window is months 2 .. 13.
Customer z is there in every month, so that month 1 is the first month of facts.
"""

import pytest

from oracle import World, value_of, world_from_text

DATA_MONTH = "2021-01"


def adds(world: World) -> tuple[str | None, str | None]:
    """Return the new customers of A and of B."""
    return (
        value_of(world, "new_customers", "A", DATA_MONTH),
        value_of(world, "new_customers", "B", DATA_MONTH),
    )


def world_of(subscriptions: str, seats: str, associations: str) -> World:
    """Return the world of a case, with customer z beside it."""
    return world_from_text(
        {
            "subscriptions": subscriptions + "\nsz | z | paid",
            "seats": seats + "\n2020-01..2021-01 | sz | 1",
            "associations": associations,
            "partners": "partner_id\nA\nB",
        }
    )


def test_every_partner_associated_in_the_month_of_the_add_is_credited() -> None:
    """Case 1: seats from month 3, A and B associated in 3."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-03..2021-01 | s               | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-03-01
            B          | s               | 2020-03-31
        """,
    )

    assert ("1", "1") == adds(world)


@pytest.mark.parametrize("joined", ["s", "s2"])
def test_partner_who_joins_an_active_customer_later_gets_no_credit(joined: str) -> None:
    """Case 2: A associated in 3, B in 5, on the old or on a new subscription."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
            s2              | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-03..2021-01 | s               | 5
            2020-05..2021-01 | s2              | 5
        """,
        associations=f"""
            partner_id | subscription_id | start_date
            A          | s               | 2020-03-10
            B          | {joined}        | 2020-05-10
        """,
    )

    assert ("1", "0") == adds(world)


def test_loss_takes_nothing_from_the_number_of_adds() -> None:
    """Case 3: as case 2, and the customer is lost in 8; losses are not part of this metric."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-03..2020-07 | s               | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-03-10
            B          | s               | 2020-05-10
        """,
    )

    assert ("1", "0") == adds(world)


def test_customer_who_comes_back_is_added_for_who_is_associated_then() -> None:
    """Case 4: as case 3, and the customer is back in 10 with B only."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
            s2              | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-03..2020-07 | s               | 5
            2020-10..2021-01 | s2              | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-03-10
            B          | s               | 2020-05-10
            B          | s2              | 2020-10-01
        """,
    )

    assert ("1", "1") == adds(world)


def test_customer_who_was_direct_before_is_nobodys_add() -> None:
    """Case 5: seats since month 1 directly with the vendor, A associates in 6."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-01..2021-01 | s               | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-06-01
        """,
    )

    assert ("0", "0") == adds(world)


def test_customer_with_a_trial_is_added_when_paid_seats_begin() -> None:
    """Case 6: in month 2 a trial and a paid subscription with no seats; paid seats from 3."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            t               | c           | trial
            s               | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-02..2020-03 | t               | 25
            2020-02          | s               | 0
            2020-03..2021-01 | s               | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-02-01
        """,
    )

    assert "0" == value_of(world, "new_customers", "A", "2020-02")
    assert ("1", "0") == adds(world)


def test_customer_who_moves_within_a_month_is_nobodys_add() -> None:
    """Case 7: from A's subscription to B's between months 5 and 6, never without paid seats."""
    world = world_of(
        subscriptions="""
            subscription_id | customer_id | licence_type
            s               | c           | paid
            s2              | c           | paid
        """,
        seats="""
            month            | subscription_id | sold_seats
            2020-01..2020-05 | s               | 5
            2020-06..2021-01 | s2              | 5
        """,
        associations="""
            partner_id | subscription_id | start_date
            A          | s               | 2020-01-01
            B          | s2              | 2020-06-01
        """,
    )

    assert ("0", "0") == adds(world)


def test_move_to_another_product_is_an_add_under_that_products_filter() -> None:
    """The event is worked out within the filter; the credit is worked out before it."""
    world = world_from_text(
        {
            "subscriptions": """
                subscription_id | customer_id | product_id
                s               | c           | p1
                s2              | c           | p2
            """,
            "seats": """
                month            | subscription_id | sold_seats
                2020-01..2021-01 | s               | 5
                2020-06..2021-01 | s2              | 5
            """,
            "associations": """
                partner_id | subscription_id
                A          | s
                B          | s2
            """,
        }
    )

    assert ("0", "0") == adds(world)
    assert "1" == value_of(world, "new_customers", "A", DATA_MONTH, products=["p2"])
    assert "1" == value_of(world, "new_customers", "B", DATA_MONTH, products=["p2"])
    assert "0" == value_of(world, "new_customers", "A", DATA_MONTH, products=["p1"])
