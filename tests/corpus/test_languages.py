from __future__ import annotations

import pytest

from corpus import language_of

TEXTS = {
    "en": (
        "The ministers met for two days and agreed on closer work. The lamps on the quay are lit at dusk every evening."
    ),
    "de": (
        "Die Minister trafen sich zwei Tage lang und vereinbarte"
        "n eine engere Zusammenarbeit an den gemeinsamen Grenzen."
    ),
    "fr": (
        "Les ministres se sont réunis pendant deux jours et ont c"
        "onvenu de travailler plus étroitement ensemble désormais."
    ),
    "es": (
        "Los ministros se reunieron durante dos días y acordaron"
        " trabajar más estrechamente en el futuro sobre el clima."
    ),
    "ar": (
        "اجتمع الوزراء لمدة يومين واتفقوا على العمل معا بشكل أوثق في "
        "مجالات الطاقة والمناخ والدفاع خلال السنوات القادمة وما بعدها. "
        "وأعلن الوزيران أن الاجتماع القادم سيعقد في العاصمة خلال العام المقبل."
    ),
    "ja": (
        "閣僚は二日間会談し、エネルギー、気候、防衛の分野で今後さらに緊密に協力することで合意した。港の灯りは毎晩夕暮"
        "れに灯される。また、両国は共同で新しい技術の研究を進めることを確認し、来年も会合を開く予定であると発表した。"
    ),
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_paragraph_is_found(language: str):
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "Ukraine", "| 12 | 40 |\n" * 40, " \n" * 500])
def test_what_is_no_paragraph_has_none(text: str):
    assert language_of(text) is None
