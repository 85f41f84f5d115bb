"""QuantLib stays out of every process until somebody asks what a bond is worth."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

LOADED = """
import sys
import bot.run, bot.serve, bot.work, bot.app, bot.cli, bot.valuation.bonds, bot.valuation.calendars
print(sorted(name for name in sys.modules if name.split(".")[0] in ("QuantLib", "_QuantLib")))
"""


def test_nothing_loads_quantlib_at_the_start():
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_look_sees_it_when_it_is_loaded():
    asked = "from datetime import date\nfrom bot.valuation import calendars\n"
    asked += "calendars.is_business_day(date(2026, 1, 5), calendars.Calendar.US)\n"
    ran = subprocess.run([sys.executable, "-c", asked + LOADED], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "QuantLib" in ran.stdout
