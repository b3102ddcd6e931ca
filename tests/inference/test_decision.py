"""The decision, row by row, and its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heartgui.domain import CLASSES, Decision, HeartSoundClass, Quality, Reason
from heartgui.inference.bundle import load_bundle
from heartgui.inference.decision import decide, shown_windows
from heartgui.inference.wording import headline, probability_words, subline
from heartgui.paths import models_folder
from tests.helpers.findings import GOOD, HUM, prediction

CARDS = [load_bundle(models_folder(), name).card for name in ("cnn", "lstm")]
SHORT = Quality(GOOD.scores, (Reason("too-short", "It is too short.", "Record 15 s.", 1.0),))


def decided(quality, *predictions, anyway=False):
    return decide(
        quality, predictions, CARDS[: len(predictions)] or CARDS, duration_s=12.5,
        sample_rate_hz=4000, anyway=anyway,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("quality", "predictions", "anyway", "decision", "codes"),
    [
        (GOOD, [{"normal": 0.9}], False, Decision.FINDING, []),
        (GOOD, [{"murmur": 0.9}, {"murmur": 0.8}], False, Decision.FINDING, []),
        (HUM, [{"murmur": 0.9}], False, Decision.RECORD_AGAIN, ["hum"]),
        (SHORT, [], False, Decision.RECORD_AGAIN, ["too-short"]),
        (SHORT, [{"murmur": 0.9}], False, Decision.RECORD_AGAIN, ["too-short"]),
        (SHORT, [{"murmur": 0.9}], True, Decision.FINDING, ["too-short"]),
        (GOOD, [{"artifact": 0.9}], False, Decision.RECORD_AGAIN, ["artifact"]),
        (GOOD, [{"extrahls": 0.9}], False, Decision.RECORD_AGAIN, ["extrahls"]),
        (HUM, [{"artifact": 0.9}], False, Decision.RECORD_AGAIN, ["hum"]),
        (
            GOOD, [{"normal": 0.9}, {"murmur": 0.7}], False,
            Decision.INCONCLUSIVE, ["models-disagree", "murmur-not-excluded"],
        ),
        (
            GOOD, [{"normal": 0.46, "murmur": 0.44}], False,
            Decision.INCONCLUSIVE, ["small-margin", "murmur-not-excluded"],
        ),
        (HUM, [{"murmur": 0.9}], True, Decision.FINDING, ["hum"]),
        (HUM, [{"murmur": 0.9}, {"normal": 0.6}], True, Decision.INCONCLUSIVE,
         ["models-disagree", "hum"]),
        (SHORT, [], True, Decision.RECORD_AGAIN, ["too-short"]),
    ],
)  # fmt: skip
def test_the_table(quality, predictions, anyway, decision, codes):
    names = ("cnn", "lstm")
    answers = [prediction(name, **known) for name, known in zip(names, predictions, strict=False)]
    result = decided(quality, *answers, anyway=anyway)
    assert result.decision is decision
    found = [reason.code for reason in result.reasons]
    assert [code for code in found if code != "below-threshold"] == codes
    assert result.analysed_anyway is anyway


def test_a_probability_below_its_threshold_is_no_finding():
    threshold = CARDS[0].thresholds[HeartSoundClass.NORMAL]
    low = round(threshold - 0.02, 3)
    result = decided(GOOD, prediction("cnn", normal=low))
    if result.label is HeartSoundClass.NORMAL:
        assert result.decision is Decision.INCONCLUSIVE
        assert "below-threshold" in [reason.code for reason in result.reasons]


def test_normal_is_no_finding_where_a_murmur_is_not_excluded():
    card = CARDS[0]._replace(largest_murmur_share=0.3, small_margin=0.0)

    def codes(entry, **known):
        result = decide(
            GOOD, [prediction("cnn", **known)], [entry], duration_s=9.0, sample_rate_hz=4000
        )
        return [reason.code for reason in result.reasons], result.decision

    found, decision = codes(card, normal=0.6, murmur=0.4)
    assert "murmur-not-excluded" in found
    assert decision is Decision.INCONCLUSIVE
    unlimited = card._replace(largest_murmur_share=None)
    threshold = card.thresholds[HeartSoundClass.MURMUR]
    for above in (0.0, 0.02):
        found, decision = codes(unlimited, normal=0.6, murmur=threshold + above)
        assert found == ["murmur-not-excluded"]
        assert decision is Decision.INCONCLUSIVE
    found, decision = codes(unlimited, normal=0.6, murmur=threshold - 0.02)
    assert found == []
    assert decision is Decision.FINDING
    assert codes(unlimited, normal=0.3, murmur=0.6) == ([], Decision.FINDING)
    assert "murmur-not-excluded" not in codes(card, normal=0.75, murmur=0.25)[0]
    assert "murmur-not-excluded" not in codes(card, normal=0.4, murmur=0.6)[0]


@pytest.mark.parametrize("name", ["heartnet", "cnn", "lstm"])
def test_a_class_that_was_seldom_right_is_no_finding(name):
    """However likely it is said to be: the bundled models are wrong about most extrasystoles."""
    card = load_bundle(models_folder(), name).card
    counts = card.called[HeartSoundClass.EXTRASTOLE]
    assert counts.right < 0.5 * counts.n
    weights = card.weights if name == "heartnet" else ()

    def decided_on(**known):
        answer = replace(prediction(name, **known), weights=weights)
        return decide(GOOD, [answer], [card], duration_s=9.0, sample_rate_hz=4000)

    result = decided_on(extrastole=0.96)
    assert result.label is HeartSoundClass.EXTRASTOLE
    assert result.decision is Decision.INCONCLUSIVE
    (reason,) = result.reasons
    assert reason.code == "seldom-right"
    assert f"only {counts.right:.0f} of {counts.n:.0f} such answers were right" in reason.message
    first = "furthest above its threshold" if name == "heartnet" else "likeliest"
    assert reason.message.startswith(f"Extrasystole is {first}, but")
    assert "ECG" in reason.remedy
    for known in ({"normal": 0.98}, {"murmur": 0.98}):
        assert decided_on(**known).decision is Decision.FINDING
    unknown = card._replace(called={})
    answer = replace(prediction(name, extrastole=0.96), weights=weights)
    result = decide(GOOD, [answer], [unknown], duration_s=9.0, sample_rate_hz=4000)
    assert result.decision is Decision.FINDING


def test_doubts_name_the_classes_and_say_what_their_numbers_are():
    card = CARDS[0]._replace(largest_murmur_share=0.3, small_margin=0.1)

    def said(answer, code):
        result = decide(GOOD, [answer], [card], duration_s=9.0, sample_rate_hz=4000)
        return next(reason.message for reason in result.reasons if reason.code == code)

    close = prediction("cnn", normal=0.46, murmur=0.44)
    assert said(close, "small-margin") == "Normal and murmur are too close to call (0.02 apart)."
    weighed = replace(close, weights=(1.0, 1.0, 1.0, 1.0, 1.0))
    assert said(weighed, "small-margin") == (
        "Normal and murmur are too close to call (0.02 apart, each weighed by its threshold)."
    )
    # 30.4 % is more than 30 %, and is said to be.
    assert said(prediction("cnn", normal=0.696, murmur=0.304), "murmur-not-excluded") == (
        "Normal is likeliest, but a murmur is not excluded: weighed by their thresholds, it has"
        " 31 % of the two; a finding allows 30 %."
    )
    noise = decided(GOOD, prediction("cnn", artifact=0.9)).reasons[0].message
    assert noise.endswith("(probability 0.90).")


def test_two_models_are_averaged():
    result = decided(GOOD, prediction("cnn", normal=0.9), prediction("lstm", normal=0.5))
    assert result.probabilities[0] == pytest.approx(0.7)
    assert sum(result.probabilities) == pytest.approx(1.0)


def test_windows_of_a_refused_recording_are_not_shown_unless_asked_for():
    assert shown_windows(decided(HUM, prediction("cnn", murmur=0.9))) == ()
    assert len(shown_windows(decided(HUM, prediction("cnn", murmur=0.9), anyway=True))) == 2
    assert len(shown_windows(decided(GOOD, prediction("cnn", murmur=0.9)))) == 2


def test_words_speak_of_patterns_and_probabilities_never_of_a_diagnosis():
    for label in CLASSES:
        for quality in (GOOD, HUM):
            result = decided(quality, prediction("cnn", **{str(label): 0.9}))
            words = " ".join(
                [headline(result), subline(result), probability_words(result, 0.4)]
                + [f"{reason.message} {reason.remedy}" for reason in result.reasons]
            ).lower()
            for forbidden in ("diagnos", "confiden", "healthy", "disease", "patient has"):
                assert forbidden not in words
    both = decided(GOOD, prediction("cnn", murmur=0.8), prediction("lstm", murmur=0.7))
    assert headline(both) == "Murmur pattern found"
    assert subline(both) == "CNN 1.0.0 and LSTM 1.0.0 agree"
    assert probability_words(both, 0.45) == "Murmur 0.75, threshold 0.45"
