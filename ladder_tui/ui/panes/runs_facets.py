"""What the board shows and how it is arranged, chosen from a sheet."""

from __future__ import annotations

from ladder_tui.ui.panes.runs_desk import RunsDesk
from ladder_tui.ui.screens.facets import Facet, Facets
from ladder_tui.ui.widgets.board_order import FACETS, SORTS, is_shown


def choose_facets(pane: RunsDesk) -> None:
    """Open the sheet; each choice is seen on the board at once."""

    def choose(facet_id: str) -> None:
        kind, _, name = facet_id.partition(":")
        arranged = pane.board.arranged
        match kind:
            case "show":
                arranged = arranged._replace(facet=name)
            case "group":
                arranged = arranged._replace(is_grouped=name == "step")
            case _:
                arranged = arranged._replace(sort=name)
        pane.board.set_arranged(arranged)
        pane.draw_run()

    pane.ladder.push_screen(Facets(lambda: _facets(pane), choose))


def _facets(pane: RunsDesk) -> list[Facet]:
    board = pane.board
    cards, moment = list(board.cards.values()), board.moment
    groups = {"none": 1, "step": len({card.step_id for card in cards})}
    found = []
    for name in FACETS:
        rows = sum(is_shown(card, name, moment) for card in cards)
        found.append(Facet(f"show:{name}", "agents", name, rows, name == board.facet))
    for name, number in groups.items():
        is_on = (name == "step") == board.is_grouped
        found.append(Facet(f"group:{name}", "group by", name, number, is_on))
    found += [Facet(f"sort:{n}", "order", n, len(cards), n == board.sort) for n in SORTS]
    return found
