"""The answer: a headline in words, the five probabilities, why, and how good the models are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from heartgui.domain import (
    CLASSES,
    Decision,
    Finding,
    HeartSoundClass,
    Prediction,
    called_class,
)
from heartgui.inference.card import ModelCard
from heartgui.inference.classifier import mean_probabilities, mean_scores
from heartgui.inference.decision import nothing_to_answer, threshold_of
from heartgui.inference.wording import (
    STATEMENT,
    THRESHOLD_NOTE,
    answer_title,
    class_title,
    headline,
    model_title,
    subline,
)
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.announce import announce
from heartgui.ui.widgets.card import Card, label, note
from heartgui.ui.widgets.focus import release_focus, somebody_types
from heartgui.ui.widgets.icons import pixmap
from heartgui.ui.widgets.probability_bars import ProbabilityBars

ATTEMPTS = 3
_FINDING_ICONS = {
    HeartSoundClass.NORMAL: "check",
    HeartSoundClass.MURMUR: "wave",
    HeartSoundClass.EXTRASTOLE: "beats",
    HeartSoundClass.EXTRAHLS: "extra",
    HeartSoundClass.ARTIFACT: "alert",
}


class ResultCard(Card):
    """Shows one of: nothing yet, live probabilities, work under way, a finding, record again,
    an error. The bars stay where they are in all of them."""

    record_again_requested = Signal()
    analyse_anyway_requested = Signal()
    details_requested = Signal(str)
    """Name of the model whose card is asked for; empty where none answered."""
    sample_requested = Signal()
    cancel_requested = Signal()
    why_requested = Signal()
    """Show what the answer rests on, or no longer."""

    def __init__(
        self, palette: Palette = LIGHT, parent: QWidget | None = None, *, can_record: bool = True
    ) -> None:
        """can_record: offer to record again where the answer says so."""
        super().__init__(parent)
        self._palette = palette
        self._icon_name, self._icon_role = "listen", "muted"
        self._models: Sequence[str] = ()
        self._said = ""
        """Which answer was announced last; empty since another one is asked for or shown."""
        self._cards: Sequence[ModelCard | None] = ()
        """Of each model that answered, None where it is not known."""
        self._can_record = can_record
        self._listening = True
        self.explains = False
        """Whether `why_requested` is listened to."""
        head = QHBoxLayout()
        head.setSpacing(10)
        self._icon = QLabel()
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.headline = label("", wrap=True)
        font = QFont(self.headline.font())
        font.setPointSizeF(font.pointSizeF() + 4)
        font.setWeight(QFont.Weight.Bold)
        self.headline.setFont(font)
        self.subline = label("", "muted", wrap=True)
        words.addWidget(self.headline)
        words.addWidget(self.subline)
        head.addLayout(words, 1)
        self.body.addLayout(head)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.body.addWidget(self.progress)
        self.reasons = label("", wrap=True)
        reason_font = QFont(self.reasons.font())
        reason_font.setWeight(QFont.Weight.DemiBold)
        self.reasons.setFont(reason_font)
        self.remedies = label("", wrap=True)
        self.body.addWidget(self.reasons)
        self.body.addWidget(self.remedies)
        self.again = QPushButton("Record again  (Space)")
        self.again.setProperty("role", "primary")
        self.again.setProperty("records", True)
        self.again.setAutoDefault(True)
        self.again.setToolTip("Record the same site again (Space)")
        self.again.clicked.connect(self.record_again_requested)
        self.body.addWidget(self.again)
        self.anyway = QPushButton()
        self.anyway.setProperty("role", "link")
        self.anyway.clicked.connect(self.analyse_anyway_requested)
        self.body.addWidget(self.anyway, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sample = QPushButton("No stethoscope at hand? Try a sample")
        self.sample.setProperty("role", "link")
        self.sample.setToolTip("Open a synthetic heart sound")
        self.sample.clicked.connect(self.sample_requested)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.cancel_requested)
        self.bars = ProbabilityBars(palette)
        self.body.addWidget(self.bars)
        self.note = note(THRESHOLD_NOTE)
        self.body.addWidget(self.note)
        self.body.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        self.why = QPushButton()
        self.why.setProperty("role", "link")
        self.why.setToolTip(
            "Hide parts of the sound one by one, and outline those without which the answer changes"
            " most"
        )
        self.why.clicked.connect(self.why_requested)
        self.why_text = note()
        self.details = QPushButton("Details")
        self.details.setProperty("role", "link")
        self.details.setCheckable(True)
        self.details.setToolTip("How good these models are, measured with patients apart")
        self.details.toggled.connect(self._show_details)
        self.details_text = note()
        self.models = QPushButton("Model cards")
        self.models.setProperty("role", "link")
        self.models.setToolTip("Everything known about the models")
        self.models.clicked.connect(
            lambda: self.details_requested.emit(self._models[0] if self._models else "")
        )
        links = QHBoxLayout()
        for link in (self.details, self.why):
            links.addWidget(link)
        links.addStretch(1)
        self.body.addLayout(links)
        self.body.addWidget(self.why_text)
        self.body.addWidget(self.details_text)
        # Beside the two other links it would not fit into the narrowest column.
        self.body.addWidget(self.models, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_empty()

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.bars.set_palette(palette)
        self._draw_icon()

    def set_listening(self, listening: bool) -> None:
        """Whether there is an input to record from: without one, recording is not offered."""
        self._listening = listening
        if not listening:
            release_focus(self.again)
        self.again.setEnabled(listening)
        if not self.sample.isHidden():
            self.show_empty()

    # --- states -------------------------------------------------------------------------

    def show_empty(self) -> None:
        """Nothing recorded or opened yet."""
        first = "Press Space to record" if self._listening else "Plug in a stethoscope"
        self._words("listen", "muted", "Ready", f"{first}, or drop a sound file anywhere.")
        self._only(self.bars, self.sample)
        self.bars.set_values(())

    def show_live(self, predictions: Sequence[Prediction], duration_s: float) -> None:
        """Probabilities of the last seconds while recording; no verdict yet."""
        if not predictions:
            wait = "First answer after 3 s." if duration_s < 3 else "Listening…"
            self._words("listen", "accent", "Listening", wait)
            self.bars.set_values(())
        else:
            mean = mean_probabilities(predictions)
            best = called_class(mean_scores(predictions))
            self._words(
                "listen", "accent", "Listening",
                f"So far: {answer_title(best).lower()}. Answer follows.",
            )  # fmt: skip
            self.bars.set_values(mean, label=best)
        self._only(self.bars)

    def show_busy(self, text: str, done: int = 0, total: int = 0) -> None:
        """Work under way, with progress where it is known."""
        self._said = ""
        self._words("listen", "accent", text, f"{done} of {total} windows" if total > 1 else " ")
        self.progress.setAccessibleName("Classification progress")
        self.cancel.setToolTip("Stop the classification; the recording stays")
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self._only(self.progress, self.bars, *((self.cancel,) if total > 1 else ()))
        self.bars.set_values(())

    def show_opening(self, done: int = 0, total: int = 0) -> None:
        """A file is being opened, which may be a long one. done, total: samples."""
        percent = 100 * done // total if total else 0
        self._words("listen", "accent", "Opening…", f"{percent} %" if total else " ")
        self.progress.setAccessibleName("Opening progress")
        self.cancel.setToolTip("Do not open the file; what was shown before comes back")
        self.progress.setRange(0, 100 if total else 0)
        self.progress.setValue(percent)
        self._only(self.progress, self.bars, self.cancel)
        self.bars.set_values(())

    def show_unclassified(self, why: str) -> None:
        """No answer, and nothing wrong: cancelled, or never asked."""
        self._words("question", "muted", "Not classified", why)
        self._offer("Classify", "Ask the models about this recording.")
        self.bars.set_values(())
        self._only(self.bars, self.anyway)

    def show_finding(
        self, finding: Finding, cards: Sequence[ModelCard], *, attempt: int = 0
    ) -> None:
        """The answer. cards: of the models it may be from. attempt: which take of this site it was,
        from 1; 0 for a recording that was opened."""
        self._models = [prediction.model for prediction in finding.predictions]
        # Another version's figures and thresholds say nothing of this answer.
        of_model = {(card.name, card.version): card for card in cards}
        self._cards = [of_model.get((p.model, p.model_version)) for p in finding.predictions]
        if finding.decision is Decision.RECORD_AGAIN:
            self._show_record_again(finding, attempt)
            return
        shown: list[QWidget] = [self.bars, self.note, self.details]
        if self.explains and finding.label is not None:
            shown.append(self.why)
        self.show_why("")
        if finding.decision is Decision.FINDING and finding.label is not None:
            role = "good" if finding.label is HeartSoundClass.NORMAL else "warn"
            self._words(_FINDING_ICONS[finding.label], role, headline(finding), subline(finding))
        else:
            self._words("question", "warn", headline(finding), subline(finding))
        self.reasons.setText("\n".join(reason.message for reason in finding.reasons))
        self.remedies.setText("\n".join(_unique(r.remedy for r in finding.reasons)))
        if finding.reasons:
            shown += [self.reasons, self.remedies]
        self.bars.set_values(finding.probabilities, self._thresholds(), label=finding.label)
        self._fill_details(finding)
        self._only(*shown)
        self._announce()

    def say_next(self) -> None:
        """The next answer is another recording's: it is said even in the words of the last."""
        self._said = ""

    def show_why(self, words: str, *, busy: bool = False, shown: bool = False) -> None:
        """Progress or result of finding out what the answer rests on; empty for neither."""
        self.why.setText("Cancel" if busy else "Hide the outlines" if shown else "Show why")
        self.why_text.setText(words)
        self.why_text.setVisible(bool(words) and self.why.isVisibleTo(self))

    def show_error(self, message: str, kept: str, remedy: str) -> None:
        """The classification failed; it can be asked for again."""
        self._offer("Classify", "Ask the models about this recording.")
        under = kept or "The recording is kept."
        self._show_failure("No answer", under, message, remedy, self.anyway)

    def show_unread(self, message: str, kept: str, remedy: str) -> None:
        """There is an answer that cannot be read. No other one could be kept meanwhile."""
        self._show_failure("The answer cannot be read", kept, message, remedy)

    def _show_failure(
        self, title: str, under: str, message: str, remedy: str, *offered: QWidget
    ) -> None:
        self._words("alert", "bad", title, under)
        self.reasons.setText(message)
        self.remedies.setText(remedy)
        self.bars.set_values(())
        self._only(self.reasons, self.remedies, self.bars, *offered, tone="bad")
        self._announce()

    def _offer(self, text: str, tool_tip: str) -> None:
        """What the one button does in this state."""
        self.anyway.setText(text)
        self.anyway.setToolTip(tool_tip)

    def _show_record_again(self, finding: Finding, attempt: int) -> None:
        if not self._can_record:
            under = "The take is kept"
        elif attempt:
            under = f"Attempt {min(attempt, ATTEMPTS)} of {ATTEMPTS} · take kept"
        else:
            under = "The opened recording stays as it is. Record anew, or open another."
        self._words("again", "bad", headline(finding), under)
        self.reasons.setText("\n".join(reason.message for reason in finding.reasons))
        self.remedies.setText("\n".join(_unique(r.remedy for r in finding.reasons)))
        self._offer(
            "Analyse anyway", "Show the models' answer in spite of this. It is marked and logged."
        )
        self.bars.set_values(finding.probabilities, self._thresholds(), label=finding.label)
        shown: list[QWidget] = [self.reasons, self.remedies]
        if not nothing_to_answer(finding.quality):
            shown.append(self.anyway)
        if self._can_record:
            shown.append(self.again)
        self._only(*shown, tone="bad")
        self._announce()
        # Not from another page: there Enter would begin a take that nobody sees.
        if self._can_record and self.isVisible() and not somebody_types():
            self.again.setFocus()

    def _announce(self) -> None:
        """Have the answer said, once however often it is shown."""
        parts = [self.accessibleName()]
        parts += [part.text() for part in (self.reasons, self.remedies) if not part.isHidden()]
        said = " ".join(" ".join(parts).split())
        if said != self._said and self.isVisible():
            self._said = said
            announce(self, said)

    # --- parts --------------------------------------------------------------------------

    def _words(self, icon: str, role: str, title: str, under: str) -> None:
        self._icon_name, self._icon_role = icon, role
        self.headline.setText(title)
        self.subline.setText(under)
        self.setAccessibleName(f"Result: {title}. {under}")
        self._draw_icon()

    def _draw_icon(self) -> None:
        colour = getattr(self._palette, self._icon_role)
        self._icon.setPixmap(pixmap(self._icon_name, colour, 30, 3.0))

    def _only(self, *shown: QWidget, tone: str = "") -> None:
        """Show these parts and no others."""
        for part in (
            self.progress, self.reasons, self.remedies, self.again, self.anyway, self.bars,
            self.note, self.sample, self.cancel, self.details, self.why,
        ):  # fmt: skip
            if part not in shown:
                release_focus(part)
            part.setVisible(part in shown)
        self._show_details(self.details.isChecked() and self.details in shown)
        self.why_text.setVisible(bool(self.why_text.text()) and self.why in shown)
        self.set_tone(tone)

    def _thresholds(self) -> tuple[float, ...]:
        known = [card for card in self._cards if card is not None]
        if not known or len(known) < len(self._cards):
            return ()
        return tuple(threshold_of(name, known) for name in CLASSES)

    def _show_details(self, shown: bool) -> None:
        self.details.setText("Hide details" if self.details.isChecked() else "Details")
        self.details_text.setVisible(shown)
        if not shown:
            release_focus(self.models)
        self.models.setVisible(shown)

    def _fill_details(self, finding: Finding) -> None:
        lines = []
        for prediction, card in zip(finding.predictions, self._cards, strict=True):
            lines.append(
                f"{model_title(prediction.model)} {prediction.model_version}:"
                f" {class_title(prediction.label).lower()}"
                f" {prediction.label_probability:.2f}"
            )
            if finding.label is not None and card is not None:
                figures = card.classes[finding.label]
                lines.append(
                    f"{class_title(finding.label)}: sensitivity {figures.sensitivity},"
                    f" specificity {figures.specificity}, n = {figures.n} of {card.n_files}"
                    " recordings, patients apart."
                )
        lines.append(STATEMENT)
        self.details_text.setText("\n".join(lines))


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
