"""When a take should be recorded again, and when it must not be refused."""

from __future__ import annotations

import re

import numpy as np
import pytest

from heartgui.audio.clipping import clipped_samples
from heartgui.quality.level import LevelMeter
from heartgui.quality.quality import assess
from tests.helpers.synthetic_heart import SyntheticHeart

RNG = np.random.default_rng(4)


def voice(seconds: float, pitch_hz: float = 140.0, rate_hz: int = 4000) -> np.ndarray:
    """Vowels by turns: pulses at a pitch that rises and falls, through two resonances."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    pitch = pitch_hz * 2 ** (0.25 * np.sin(2 * np.pi * 0.7 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    sound = np.zeros_like(t)
    for harmonic in range(1, 11):
        at = harmonic * pitch
        formants = 1 / (1 + ((at - 500) / 150) ** 2) + 0.5 / (1 + ((at - 1100) / 200) ** 2)
        sound += (0.15 + formants) * np.sin(harmonic * phase)
    spoken = (np.sin(2 * np.pi * 1.9 * t) > -0.5).astype(float)
    return (0.05 * sound * spoken).astype(np.float32)


def codes(samples: np.ndarray, rate_hz: int = 4000) -> list[str]:
    return [reason.code for reason in assess(samples, rate_hz).reasons]


TONE = 0.03 * np.sin(2 * np.pi * 220 * np.arange(48_000) / 4000).astype(np.float32)


def knocks(seconds: float) -> np.ndarray:
    """Handling: a thud now and then, over a faint rumble."""
    rumble = np.convolve(RNG.normal(0, 1, round(seconds * 4000)), np.hanning(60) / 30, "same")
    sound = 1e-4 * rumble.astype(np.float32)
    thud = np.sin(2 * np.pi * 70 * np.arange(800) / 4000) * np.hanning(800)
    for start_s in (1.31, 6.83, 10.02):
        start = round(start_s * 4000)
        sound[start : start + 800] += 0.3 * thud
    return sound


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (SyntheticHeart().samples(12.0), []),
        (SyntheticHeart(level=0.02, noise_level=1e-4).samples(12.0), []),
        (SyntheticHeart(murmur="systolic", murmur_level=1.0).samples(12.0), []),
        (SyntheticHeart(murmur="diastolic", murmur_level=1.0).samples(12.0), []),
        (SyntheticHeart(noise_level=0.05).samples(12.0), []),
        (SyntheticHeart().samples(2.9), ["too-short"]),
        (np.zeros(48_000, dtype=np.float32), ["silence"]),
        (np.full(48_000, 0.5, dtype=np.float32), ["silence"]),
        (SyntheticHeart(level=4.0).samples(12.0), ["clipping"]),
        (SyntheticHeart(level=0.2, hum_level=0.35).samples(12.0), ["hum"]),
        (SyntheticHeart(level=0.2, hum_level=0.35, hum_hz=60.0).samples(12.0), ["hum"]),
        (RNG.normal(0, 0.2, 48_000).astype(np.float32), ["noise"]),
        (SyntheticHeart(level=0.2).samples(12.0) + voice(12.0), ["voices"]),
        (SyntheticHeart(level=0.2).samples(12.0) + voice(12.0, 230.0), ["voices"]),
        (SyntheticHeart(level=0.2, noise_level=0.002).samples(12.0) + 0.01 * voice(12.0), []),
        (SyntheticHeart(level=0.2).samples(12.0) + TONE, []),
        (knocks(12.0), ["no-rhythm"]),
    ],
    ids=[
        "good", "quiet but clean", "loud systolic murmur", "loud diastolic murmur", "some noise",
        "too short", "silence", "silence with an offset", "clipped", "50 Hz", "60 Hz", "hiss",
        "a man speaks", "a woman speaks", "somebody far away", "a musical murmur",
        "handling",
    ],
)  # fmt: skip
def test_reasons(samples, expected):
    assert codes(samples) == expected


def test_every_reason_says_what_is_wrong_and_what_to_do():
    bad = np.concatenate([np.ones(4000), -np.ones(4000)]).astype(np.float32)
    for samples in (np.zeros(40, np.float32), bad, SyntheticHeart(hum_level=0.5).samples(9.0)):
        for reason in assess(samples, 4000).reasons:
            assert reason.message.endswith(".")
            assert reason.remedy.endswith(".")
            assert reason.value is not None


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (np.zeros(48_000, dtype=np.float32), "There is no sound in the take."),
        (RNG.normal(0, 0.2, 48_000).astype(np.float32), "Background noise covers the heart."),
        (knocks(12.0), "Nothing in it repeats like a heartbeat."),
        (SyntheticHeart(level=0.2, hum_level=0.35).samples(12.0), " % of the sound is hum."),
        (SyntheticHeart(level=4.0).samples(12.0), " % of the take is cut off."),
    ],
    ids=["silence", "hiss", "handling", "hum", "clipped"],
)
def test_a_reason_has_no_number_without_its_meaning(samples, said):
    (reason,) = assess(samples, 4000).reasons
    assert reason.message.endswith(said)
    percent = re.findall(r"[\d.]+(?= %)", reason.message)
    assert re.findall(r"\d+(?:\.\d+)?", reason.message) == percent
    # In full it is kept all the same.
    if percent:
        assert 100 * reason.value == pytest.approx(float(percent[0]), abs=0.5)
    else:
        assert reason.value is not None


def test_sub_scores_follow_the_damage():
    good = assess(SyntheticHeart().samples(10.0), 4000)
    names = [score.name for score in good.scores]
    assert names == ["level", "clipping", "noise", "hum", "voices", "rhythm"]
    assert good.overall > 0.8
    hum = assess(SyntheticHeart(level=0.2, hum_level=0.3).samples(10.0), 4000)
    by_name = {score.name: score.score for score in hum.scores}
    assert by_name["hum"] < 0.5 < by_name["level"]


@pytest.mark.parametrize("rate_hz", [2000, 8000, 22_050, 44_100, 48_000])
def test_the_judgement_does_not_depend_on_the_sample_rate(rate_hz):
    heart = SyntheticHeart(murmur="systolic", sample_rate_hz=rate_hz)
    assert codes(heart.samples(10.0), rate_hz) == []


@pytest.mark.parametrize(
    ("n", "rate_hz", "said"), [(11_999, 4000, "2.99 s"), (6000, 4000, "1.50 s"), (40, 4000, "0.01")]
)
def test_a_length_that_is_too_short_is_not_rounded_to_enough(n, rate_hz, said):
    (reason,) = (
        reason
        for reason in assess(SyntheticHeart().samples(4.0)[:n], rate_hz).reasons
        if reason.code == "too-short"
    )
    assert said in reason.message


@pytest.mark.parametrize("rate_hz", [500, 1000, 1999])
def test_a_rate_too_low_for_murmurs_asks_for_another_recording(rate_hz):
    heart = SyntheticHeart(sample_rate_hz=rate_hz)
    reason = assess(heart.samples(10.0), rate_hz).reasons[0]
    assert (reason.code, reason.value) == ("low-rate", rate_hz)
    assert f"{rate_hz} Hz" in reason.message
    assert "4000 Hz" in reason.remedy


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [0, 1, 5])
def test_a_few_samples_are_judged_without_a_warning(n):
    quality = assess(np.full(n, 0.1, np.float32), 44_100)
    assert [reason.code for reason in quality.reasons] == ["too-short", "silence"]


def test_a_single_sample_at_full_scale_is_no_clipping():
    assert clipped_samples(np.array([0, 1, 0, -1, -1, 0], np.float32)) == 0
    assert clipped_samples(np.array([0, 1, 1, 1, 0, -1, -1, -1, -1], np.float32)) == 7


def test_the_meter_latches_clipping_and_times_silence():
    meter = LevelMeter(4000)
    assert not meter.push(np.full(400, 0.5, np.float32)).clipped
    # Cut across two blocks, and still seen.
    meter.push(np.array([0.2, 1.0, 1.0], np.float32))
    assert meter.push(np.array([1.0, 0.2], np.float32)).clipped
    reading = meter.push(np.zeros(8000, np.float32))
    assert reading.clipped
    assert reading.silent_s == pytest.approx(2.0)
    assert reading.peak_dbfs == -100.0
    meter.reset()
    reading = meter.push(np.full(4000, 0.1, np.float32))
    assert not reading.clipped
    assert reading.silent_s == 0.0
    assert reading.peak_dbfs == pytest.approx(-20.0, abs=0.1)


def minutes(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate([part for part in parts for _ in range(60 // 12)])


def test_a_long_recording_is_judged_by_most_of_its_minutes():
    heart = SyntheticHeart().samples(12.0)
    hiss = RNG.normal(0, 0.2, 48_000).astype(np.float32)
    silence = np.zeros(48_000, dtype=np.float32)
    assert codes(minutes(silence, silence, heart)) == [], "muted at first"
    assert codes(minutes(heart, hiss, hiss)) == ["noise"], "taken off after a minute"
    assert codes(minutes(hiss, heart, heart)) == [], "put on after a minute"
    assert codes(minutes(silence, silence)) == ["silence"]
    # Not quite zeros, and judged silent as well.
    faint = RNG.uniform(-0.0009, 0.0009, 48_000).astype(np.float32)
    assert codes(minutes(faint)) == ["silence"]
    assert codes(minutes(faint, faint, heart)) == []
    assert codes(minutes(silence, silence, heart, hiss, hiss, hiss)) == ["noise"]


def test_a_long_recordings_sub_scores_are_of_the_minute_in_the_middle():
    heart, quiet = SyntheticHeart().samples(12.0), SyntheticHeart(level=0.02).samples(12.0)
    levels = [
        {score.name: score.value for score in assess(minutes(*parts), 4000).scores}["level"]
        for parts in ((heart,), (quiet, heart, heart), (quiet, quiet, heart), (quiet,))
    ]
    assert levels == pytest.approx([levels[0], levels[0], levels[3], levels[3]], abs=0.5)
    assert levels[0] - levels[3] > 10.0


def test_digital_silence_is_no_noise():
    heart = SyntheticHeart(murmur="systolic").samples(12.0)
    plain, padded = (
        {score.name: score.value for score in assess(samples, 4000).scores}["noise"]
        for samples in (heart, np.concatenate([heart, np.zeros(160_000, np.float32)]))
    )
    assert padded == pytest.approx(plain, abs=0.02)
