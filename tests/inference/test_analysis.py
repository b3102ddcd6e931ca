"""The whole answer for a recording: windows, models, JSON."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from heartgui.audio.files import read_recording
from heartgui.domain import CLASSES, Decision, Recording
from heartgui.errors import Cancelled
from heartgui.inference.analysis import open_analyser
from heartgui.inference.decision import shown_windows
from heartgui.inference.result_json import finding_from_json, finding_to_json
from heartgui.inference.self_test import self_test
from heartgui.inference.windows import plan_windows
from heartgui.paths import models_folder, resources_folder
from tests.helpers.findings import HUM, finding
from tests.helpers.make_samples import NATURAL
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.fixture(scope="module", params=[("cnn", "lstm"), ("heartnet",)], ids=["paper", "heartnet"])
def analyser(request):
    return open_analyser(models_folder(), request.param)


@given(st.floats(0.5, 4000.0))
def test_windows_cover_the_recording(duration_s):
    windows = plan_windows(duration_s)
    assert windows[0][0] == 0.0
    assert windows[-1][1] <= duration_s + 1e-9
    assert windows[-1][1] >= duration_s - 0.25
    for (start_s, end_s), (next_s, _) in itertools.pairwise(windows):
        assert start_s < next_s < end_s
    if duration_s > 10:
        assert all(end_s - start_s == pytest.approx(10.0) for start_s, end_s in windows)


def test_a_long_recording_is_covered_by_overlapping_windows(analyser):
    told: list[tuple[int, int]] = []
    result = analyser.analyse(
        SyntheticHeart().recording(41.0), progress=lambda done, total: told.append((done, total))
    )
    n = len(plan_windows(41.0))
    assert n > 8
    assert told[-1] == (n, n)
    assert len(told) > 1
    for prediction in result.predictions:
        assert [(w.start_s, w.end_s) for w in prediction.windows] == plan_windows(41.0)
        windows = np.array([w.probabilities for w in prediction.windows])
        if analyser.cards[0].sharpness == 1.0:
            assert prediction.probabilities == pytest.approx(windows.mean(axis=0))
        # Calibration comes after the mean; the answer stays among its windows'.
        assert (prediction.probabilities >= windows.min(axis=0) - 0.02).all()
        assert (prediction.probabilities <= windows.max(axis=0) + 0.02).all()
    assert result.heart_rate_bpm == pytest.approx(72, abs=2)


def test_hum_gives_no_heart_rate_and_no_class_as_a_reason(analyser):
    for hum_hz in (50.0, 60.0):
        humming = SyntheticHeart(level=0.2, hum_level=0.35, hum_hz=hum_hz, seed=7)
        result = analyser.analyse(humming.recording(15.0))
        assert [reason.code for reason in result.reasons] == ["hum"]
        assert result.heart_rate_bpm is None


def test_a_loud_murmur_leads_to_no_wrong_heart_rate_of_a_calm_heart():
    """Most annotated hearts are children's: a long diastole must not be cut into beats."""
    analyser = open_analyser(models_folder(), ("heartnet",))
    for murmur in ("systolic", "diastolic"):
        for bpm in range(45, 90, 5):
            heart = replace(
                NATURAL, heart_rate_bpm=bpm, murmur=murmur, murmur_level=0.8, room_level=0.003
            )
            found = analyser.analyse(heart.recording(8.0))
            assert found.heart_rate_bpm == pytest.approx(bpm, abs=3), (murmur, bpm)


@pytest.mark.parametrize("bpm", [60, 70, 84, 92])
@pytest.mark.parametrize("murmur", ["none", "systolic"])
def test_a_second_of_silence_and_an_offset_change_no_answer(murmur, bpm):
    analyser = open_analyser(models_folder(), ("heartnet",))
    heart = replace(NATURAL, heart_rate_bpm=bpm, murmur=murmur)
    samples = heart.samples(12.0)
    plain = analyser.analyse(Recording(samples, 4000))
    late = np.concatenate([np.zeros(4000, np.float32), samples])
    lost = np.concatenate([samples[:20_000], np.zeros(4000, np.float32), samples[24_000:]])
    for changed in (late, lost, samples + np.float32(0.3)):
        found = analyser.analyse(Recording(changed, 4000))
        assert (found.decision, found.label) == (plain.decision, plain.label)
        assert found.probabilities == pytest.approx(plain.probabilities, abs=0.03)


@pytest.mark.parametrize("murmur", ["none", "systolic"])
def test_what_is_filled_up_with_zeros_is_answered_by_its_sound(analyser, murmur):
    """A file in which most is padding, a muted start, and sound that was lost for long."""
    heart = replace(NATURAL, heart_rate_bpm=75, murmur=murmur)
    samples = heart.samples(12.0)
    plain = analyser.analyse(Recording(samples, 4000))
    silence = np.zeros(25 * 4000, np.float32)
    for parts in ((samples, silence), (silence, samples), (samples, silence, samples)):
        found = analyser.analyse(Recording(np.concatenate(parts), 4000))
        assert (found.decision, found.label) == (plain.decision, plain.label)
        # The paper's networks hear a half of silence; HeartNet knows it for none.
        near = 0.02 if analyser.cards[0].name == "heartnet" else 0.2
        assert found.probabilities == pytest.approx(plain.probabilities, abs=near)
        assert found.heart_rate_bpm == pytest.approx(75, abs=2)
        first_s, last_s = 0.0, 12.0
        if parts[0] is silence:
            first_s, last_s = 25.0, 37.0
        if found.cycle is not None and len(parts) == 2:
            times_s = [time_s for time_s, _ in found.cycle.sounds]
            assert first_s <= min(times_s) < max(times_s) <= last_s


def test_a_heart_rate_is_the_beats_or_none_where_beats_are_looked_for(analyser):
    """Noise that swells 45 times a minute repeats itself, but it is no heart."""
    times_s = np.arange(48_000) / 4000
    swell = 0.15 * (1 + np.sin(2 * np.pi * 45 / 60 * times_s))
    noise = swell * np.random.default_rng(3).normal(size=len(times_s))
    found = analyser.analyse(Recording(noise.astype(np.float32), 4000), anyway=True)
    assert found.cycle is None
    if any(prediction.states is not None for prediction in found.predictions):
        assert found.heart_rate_bpm is None
    else:
        assert found.heart_rate_bpm == pytest.approx(45, abs=2)


def test_knocks_and_rustling_are_no_heart():
    """A long noise is as sure to be no sound of the heart as a diastole is."""
    analyser = open_analyser(models_folder(), ("heartnet",))
    for seed in range(12):
        rng = np.random.default_rng(seed)
        swelling = np.interp(
            np.arange(48_000), np.sort(rng.integers(0, 48_000, 12)), rng.random(12) ** 2
        )
        noise = 0.2 * swelling * rng.normal(size=48_000)
        for _ in range(rng.integers(2, 9)):
            knock = rng.integers(0, 47_600)
            noise[knock : knock + 300] += rng.normal(size=300) * rng.uniform(0.2, 0.6)
        found = analyser.analyse(Recording(np.clip(noise, -1, 1).astype(np.float32), 4000))
        assert found.cycle is None, seed
        assert found.heart_rate_bpm is None, seed


@pytest.mark.parametrize("seconds", [12.0, 130.0])
def test_what_is_clipped_in_one_of_two_channels_is_to_be_recorded_again(
    analyser, tmp_path, seconds
):
    clipped = np.clip(SyntheticHeart(level=4.0).samples(seconds), -1.0, 1.0)
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([clipped, 0.1 * clipped], axis=1), 4000)
    result = analyser.analyse(read_recording(path))
    assert [reason.code for reason in result.reasons] == ["clipping"]


def test_work_on_a_long_recording_can_be_cancelled(analyser):
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        analyser.analyse(SyntheticHeart().recording(120.0), cancelled=cancelled)


@pytest.mark.parametrize("rate_hz", [2000, 4000, 22_050, 44_100, 48_000])
def test_the_answer_hardly_depends_on_the_sample_rate(analyser, rate_hz):
    def answer(rate: int) -> np.ndarray:
        heart = SyntheticHeart(noise_level=0.0, sample_rate_hz=rate)
        return np.array(analyser.scores(heart.recording(10.0)))

    assert np.abs(answer(rate_hz) - answer(22_050)).max() < 0.25


def test_silence_and_less_than_a_second_get_no_answer_from_a_model(analyser):
    silent = analyser.analyse(Recording(np.zeros(48_000, np.float32), 4000))
    asked = analyser.analyse(Recording(np.zeros(48_000, np.float32), 4000), anyway=True)
    for answer in (silent, asked):
        assert answer.decision is Decision.RECORD_AGAIN
        assert answer.predictions == ()
        assert answer.label is None
    short = analyser.analyse(SyntheticHeart().recording(0.9))
    assert [reason.code for reason in short.reasons] == ["too-short"]
    assert short.label is None
    assert analyser.analyse(SyntheticHeart().recording(0.9), anyway=True).predictions


@pytest.mark.parametrize("duration_s", [1.0, 1.5, 2.0, 2.9])
def test_a_short_take_is_to_be_recorded_again_and_its_answer_is_told(analyser, duration_s):
    recording = SyntheticHeart().recording(duration_s)
    found = analyser.analyse(recording)
    assert found.decision is Decision.RECORD_AGAIN
    assert [reason.code for reason in found.reasons] == ["too-short"]
    assert sum(found.probabilities) == pytest.approx(1.0)
    assert len(found.predictions) == len(analyser.cards)
    for prediction in found.predictions:
        assert [(w.start_s, w.end_s) for w in prediction.windows] == [(0.0, duration_s)]
    assert shown_windows(found) == ()
    anyway = analyser.analyse(recording, anyway=True)
    assert anyway.decision is not Decision.RECORD_AGAIN
    assert (anyway.label, anyway.probabilities) == (found.label, found.probabilities)


def test_the_live_answer_is_the_final_one_for_the_same_ten_seconds(analyser):
    samples = SyntheticHeart().samples(10.0)
    live = analyser.live(samples, 4000, 3.0)
    final = analyser.analyse(Recording(samples, 4000))
    for one, other in zip(live.predictions, final.predictions, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)
        assert one.windows == other.windows
    sounds = final.cycle.sounds if final.cycle else ()
    assert live.sounds == tuple((start_s + 3.0, name) for start_s, name in sounds)
    assert live.heart_rate_bpm == (final.cycle.heart_rate_bpm if final.cycle else None)


def test_several_recordings_at_once_get_the_answers_they_get_alone(analyser):
    recordings = [
        SyntheticHeart(noise_level=0.03).recording(17.0),
        Recording(np.zeros(48_000, np.float32), 4000),
        SyntheticHeart(murmur="systolic", sample_rate_hz=22_050).recording(5.0),
        SyntheticHeart().recording(2.0),
        SyntheticHeart().recording(0.9),
    ]
    together = analyser.answer([analyser.prepare(recording) for recording in recordings])
    for recording, result in zip(recordings, together, strict=True):
        alone = analyser.analyse(recording)
        assert result.decision is alone.decision
        assert [r.code for r in result.reasons] == [r.code for r in alone.reasons]
        assert result.heart_rate_bpm == alone.heart_rate_bpm
        assert result.duration_s == alone.duration_s
        assert result.probabilities == pytest.approx(alone.probabilities, abs=1e-5)
        assert len(result.predictions) == len(alone.predictions)
        for one, other in zip(result.predictions, alone.predictions, strict=True):
            assert [w.start_s for w in one.windows] == [w.start_s for w in other.windows]
    assert analyser.answer([]) == []


def test_the_json_object_has_the_agreed_fields_and_comes_back():
    original = finding(quality=HUM)
    result = json.loads(json.dumps(finding_to_json(original, "a.wav"), allow_nan=False))
    agreed = [
        "file", "duration_s", "sample_rate_hz", "model", "model_version", "probabilities",
        "label", "decision", "reasons", "quality", "windows",
    ]  # fmt: skip
    assert list(result)[: len(agreed)] == agreed
    assert list(result["probabilities"]) == [str(name) for name in CLASSES]
    assert list(result["windows"][0]) == ["start_s", "end_s", "probabilities"]
    back = finding_from_json(result)
    assert back.decision is original.decision
    assert back.label is original.label
    assert back.probabilities == pytest.approx(original.probabilities, abs=1e-6)
    assert back.quality == original.quality
    assert back.predictions[0].windows[1].end_s == 12.5


@pytest.mark.parametrize("heart_rate_bpm", [60, 72, 84])
def test_a_murmur_is_found_in_diastole_as_in_systole(heart_rate_bpm):
    heartnet = open_analyser(models_folder(), ("heartnet",))
    for where in ("systolic", "diastolic"):
        heart = SyntheticHeart(
            heart_rate_bpm=heart_rate_bpm, varied=1.0, room_level=0.003, murmur=where
        )
        answer = heartnet.analyse(heart.recording(12.0))
        assert answer.label == "murmur"
        assert answer.cycle is not None
        assert answer.cycle.murmur_timing == where


def test_the_self_test_passes_on_the_bundled_models():
    steps = list(self_test(models_folder(), resources_folder()))
    assert [step.name for step in steps if not step.passed] == []
    assert len(steps) >= 9
