"""HeartNet's card, filled from its evaluation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from heartgui.domain import CLASSES
from heartgui.features.heart_input import HEART_RATE_HZ, N_COLUMNS, WINDOW_FRAMES
from heartgui.heart.beats import EARLY
from heartgui.inference.card import ABOVE
from heartgui.inference.inputs import HEART_MEL_KIND
from heartgui.training.baselines import Baseline
from heartgui.training.card import CREDIT, INTENDED_USE, NOT_FOR, metrics_json
from heartgui.training.dataset import class_counts
from heartgui.training.gated import RATIO, THRESHOLD_DB
from heartgui.training.heart_metrics import RateScore
from heartgui.training.heartnet_evaluate import ANSWERED, MIN_SUBGROUP, SPECIFICITY, HeartEvaluation
from heartgui.training.heartnet_inputs import EXTRASTOLE
from heartgui.training.heartnet_said import failures_section, said_section
from heartgui.training.joint_data import JointData
from heartgui.training.operating_point import LARGEST_MURMUR_SHARE
from heartgui.training.recipe import HeartRecipe
from heartgui.training.refusals import Refusal, refused_section


def make_heartnet_card(
    recipe: HeartRecipe,
    data: JointData,
    found: HeartEvaluation,
    beside: list[Baseline],
    refused: list[Refusal],
    parameters: int,
) -> dict[str, Any]:
    """Everything of card.json but the classes and the files."""
    counts = class_counts(data.kaggle_labels)
    by_class = ", ".join(f"{name} {counts[index]}" for index, name in enumerate(CLASSES))
    return {
        "name": recipe.name,
        "title": recipe.title,
        "version": recipe.version,
        "parameters": parameters,
        "summary": (
            "HeartGUI's own model: two convolutional networks on Mel bands from 20 to 900 Hz."
            " The one for the cycle hears each band about its own mean, so that a"
            " stethoscope's frequency response is taken out; it was taught S1, systole, S2 and"
            " diastole and the class together, and compares systole with diastole. The one for the"
            " timbre hears the spectrum as it is, and has a share in how likely an extrasystole, an"
            " extra sound and an artifact are; murmur against normal is the first one's alone."
        ),
        "intended_use": INTENDED_USE,
        "not_for": NOT_FOR,
        "protocol": (
            f"{recipe.repeats} x 5 patient-grouped folds on the Kaggle Heartbeat Sounds and the"
            " CirCor part described below at once: no patient of Kaggle's set B, no person of"
            " CirCor and no near copy of a Kaggle recording lies on both sides, nor do recordings"
            " of set A made within fifteen minutes of each other; who was recorded there is not"
            " known. Training takes a fixed number of steps and sees no test fold. Calibration and"
            " thresholds for a fold are fitted on the answers of the other folds."
            " Each figure is of a fold's networks. The bundled ones are made in the same"
            " way from all recordings."
        ),
        "metrics": metrics_json(found.balanced, counts),
        "further": [*_further(found), refused_section(refused)],
        "input": {
            "kind": HEART_MEL_KIND,
            "sample_rate_hz": HEART_RATE_HZ,
            "window_s": 10.0,
            "short": "mark",
            "shape": [WINDOW_FRAMES, N_COLUMNS],
        },
        "timbre_share": recipe.timbre_share,
        "baselines": [asdict(baseline) for baseline in beside],
        "calls": ABOVE,
        "thresholds": {
            str(name): round(float(found.point.thresholds[index]), 4)
            for index, name in enumerate(CLASSES)
        },
        "threshold_rule": (
            "balanced accuracy: the class that is the largest multiple of its threshold is called;"
            " thresholds are the classes' shares of the recordings"
        ),
        "calibration": {
            "sharpness": round(found.calibration.sharpness, 4),
            "bias": {
                str(name): round(float(found.calibration.bias[index]), 4)
                for index, name in enumerate(CLASSES)
            },
        },
        "small_margin": round(found.small_margin, 4),
        "largest_murmur_share": LARGEST_MURMUR_SHARE,
        "limits": [
            "Artifact and extra heart sound come from one device only (set A), extrasystole only"
            " from the other (set B): the device gives part of the class away, and figures on other"
            " devices can be much lower.",
            _extrasystoles(found),
            "Murmurs of set A come mostly from one evening and few persons.",
            _adults(data),
            _diastolic(data),
            "The figures flatter somewhat: the network's design (some forty variants, seen on one"
            " to all five folds), the second network, its share, the way it is mixed in and the"
            " rule for the thresholds (over a hundred combinations, seen on three to all five"
            " folds), the measure of uncertainty with its limits (about twenty, on all) and when"
            " beats are told (two ways, on all) were"
            " chosen after looking at answers on these same folds. Nothing was fitted on a"
            f" tested fold, but no fold was left unseen. Repeats: {recipe.repeats}.",
            "Copies of a recording under two patient numbers were found in the Kaggle set and kept"
            " on one side; in CirCor only the patients it names as one are.",
        ],
        "data": [
            "Kaggle Heartbeat Sounds (Ed King), from the PASCAL Classifying Heart Sounds challenge:"
            " set A 44.1 kHz from a phone app, set B 4 kHz from a hospital stethoscope. Used:"
            f" {len(data.kaggle_labels)} labelled recordings of 3 s or more ({by_class}). Listed as"
            " CC0.",
            f"CirCor DigiScope 1.0.3 (PhysioNet 2022), a part: {len(data.circor_files)} recordings"
            f" of {len(set(data.circor_persons))} persons, most of them children, at four"
            " sites, with murmurs and S1/S2 annotated, at 2 kHz. ODC-By 1.0.",
        ],
        "recipe": asdict(recipe),
        "training": (
            f"Recipe `recipe.toml`: AdamW, {recipe.steps} steps of {recipe.batch} windows"
            f" of 6 s, {recipe.kaggle_windows} of them Kaggle; tempo, equaliser, low-pass,"
            f" noise floor, masks, mixup; {recipe.denoised_share:.0%} of the windows as a denoiser"
            " leaves them; annotated diastoles made shorter or longer; synthetic extrasystoles made"
            " from annotated normals; systole and diastole exchanged, and murmurs of noise in"
            f" either. The network for the timbre: {recipe.timbre_steps} steps of"
            f" {recipe.timbre_batch} windows, {recipe.timbre_kaggle_windows} of them Kaggle, varied"
            " in the same way but for the"
            f" last four; its share of the answer is {recipe.timbre_share:g}."
            " Windows of 10 s every 2.5 s when it answers; shorter recordings are marked where they"
            " end."
        ),
        "credit": [
            CREDIT,
            "Oliveira J., Renna F., Costa P. D., et al. (2022): The CirCor DigiScope Dataset: From"
            " Murmur Detection to Murmur Classification. IEEE Journal of Biomedical and Health"
            " Informatics 26(6).",
        ],
    }


def _no_findings(found: HeartEvaluation) -> str:
    if not found.seldom_right:
        return ""
    return (
        "It is inconclusive as well where it calls a class of which fewer than half of those called"
        f" here are right: {', '.join(found.seldom_right)}."
    )


def _extrasystoles(found: HeartEvaluation) -> str:
    confusion = found.balanced.confusion
    n, called = confusion[EXTRASTOLE].sum(), confusion[:, EXTRASTOLE].sum()
    right = confusion[EXTRASTOLE, EXTRASTOLE]
    return (
        f"Of the Kaggle set's {n:.0f} extrasystoles {right:.0f} are called so, and so are"
        f" {called - right:.0f} other recordings: an answer with one needs another proof, and one"
        " without it does not exclude them."
        + (" The program calls none a finding." if "extrastole" in found.seldom_right else "")
    )


def _ages(circor: dict[str, Any]) -> str:
    """Whose visits they are, and of whom no part of the table can be made."""
    ages = [f"{age} {n}" for age, n in sorted(circor["ages"].items())]
    if circor["n_pregnant"]:
        ages.append(
            f"pregnant women {circor['n_pregnant']} ({circor['n_pregnant_murmur']} with a murmur)"
        )
    return (
        f"by age {', '.join(ages)}; groups with fewer than {MIN_SUBGROUP} of a kind are not in the"
        " table"
    )


def _adults(data: JointData) -> str:
    visits = {file.person.number: file.person for file in data.circor_files}.values()
    pregnant = [visit for visit in visits if visit.pregnant]
    n = sum(visit.age == "Young Adult" for visit in visits)
    n_murmur = sum(visit.murmur == "Present" for visit in pregnant)
    return (
        f"CirCor holds children and adolescents but for {n} young adults and {len(pregnant)}"
        f" pregnant women, {n_murmur} of them with a murmur; other adults come from the Kaggle set,"
        " whose ages are not known."
    )


def _diastolic(data: JointData) -> str:
    visits = {file.person.number: file.person for file in data.circor_files}.values()
    murmurs = [visit for visit in visits if visit.murmur == "Present"]
    diastolic = [visit for visit in murmurs if visit.diastolic_timing]
    alone = sum(not visit.systolic_timing for visit in diastolic)
    return (
        f"Of CirCor's {len(murmurs)} visits with a murmur {len(diastolic)} have one in diastole,"
        f" {alone} in diastole alone; of the Kaggle murmurs it is not known. The network was taught"
        " murmurs in diastole by made ones; how many real ones it finds was not measured."
    )


def _further(found: HeartEvaluation) -> list[dict[str, Any]]:
    circor, accurate = found.circor, found.accurate
    coverage = ", ".join(f"{share:.0%}: {value:.2f}" for share, value in found.coverage.items())
    return [
        {
            "title": "By device, and at the accuracy-tuned point",
            "text": [
                f"- Balanced accuracy: set A {found.set_a:.2f} (4 classes), set B"
                f" {found.set_b:.2f} (3 classes).",
                "- Murmur against normal, AUC: "
                + ", ".join(f"{name} {value}" for name, value in found.murmur_auc.items())
                + ".",
                f"- Where the largest probability is called: accuracy {accurate.accuracy}, balanced"
                f" accuracy {accurate.balanced_accuracy}.",
                f"- Expected calibration error: {found.calibration_error:.3f} (10 bins).",
                f"- Balanced accuracy by coverage, least certain left out first: {coverage}. The"
                f" program calls an answer inconclusive where the first class leads by less than"
                f" {found.small_margin:.3f}, each against its threshold, and where it calls normal"
                f" and murmur has more than {LARGEST_MURMUR_SHARE:.2f} of the two; {ANSWERED:.0%}"
                f" stay above both. {_no_findings(found)}",
            ],
        },
        {
            "title": "Murmur in persons never heard (CirCor)",
            "text": [
                f"{circor['n_visits']} visits of {circor['n_persons']} persons,"
                f" {circor['n_murmur']} with a murmur; {_ages(circor)}. A visit's score is the"
                " largest of its recordings'. Sensitivity and specificity are at the threshold that"
                f" gives {SPECIFICITY:.0%} specificity on these same visits, a fold's on those of"
                " the other folds. The program itself does not use it; what the program says is in"
                " the table below.",
                "",
                f"- AUC {circor['auc']}",
                f"- Sensitivity {circor['sensitivity']}, specificity {circor['specificity']}",
                f"- Annotated parts of {found.moved.n} recordings, {found.moved.n_murmur} with a"
                f" murmur, each by itself: AUC {found.moved.as_is}; with systole and diastole"
                f" exchanged, so that the murmur lies in diastole: AUC {found.moved.changed}",
                f"- {found.denoised.n} whole recordings, {found.denoised.n_murmur} with a murmur,"
                f" each by itself: AUC {found.denoised.as_is}; denoised, so that what is quieter"
                f" than {-THRESHOLD_DB:g} dB below the loudest is {RATIO:g} times as far below"
                f" that: AUC {found.denoised.changed}",
            ],
            "rows": [
                ["part", "AUC"],
                *[[name, str(value)] for name, value in circor["auc_by"].items()],
            ],
        },
        said_section(
            found.said,
            "The whole decision, signal quality included, by networks that had not heard the"
            " recording. The limits were set on Kaggle recordings: those that a Kaggle recording is"
            " judged by on the other folds', CirCor's on all.",
        ),
        failures_section(found.said_by_part),
        {
            "title": "S1, S2 and heart rate",
            "text": [
                f"- Starts within 60 ms on left-out CirCor patients: S1 F1 {found.sounds.f1_s1:.3f}"
                f" (n = {found.sounds.n_s1}), S2 F1 {found.sounds.f1_s2:.3f}"
                f" (n = {found.sounds.n_s2}).",
                f"- Early beats ({EARLY:.2f} of the median interval or less, the states before them"
                f" sure), where CirCor is annotated: {found.early.right} of {found.early.told} told"
                f" ones are annotated so; {found.early.found} of {found.early.annotated} annotated"
                " ones are told.",
                f"- Heart rate, CirCor, over the annotated part of a recording:"
                f" {_rate(found.circor_rate)}.",
                f"- Heart rate, Kaggle timing file: {_rate(found.kaggle_rate)}.",
            ],
        },
    ]


def _rate(score: RateScore) -> str:
    return (
        f"determined in {score.determined:.1%} of {score.n}, within 5 /min in {score.within:.1%} of"
        f" those, near half or double in {score.wrong_multiple}"
    )
