"""Playback: joins the player, the transport bar and the moving cursor."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from heartgui.audio.playback import Player
from heartgui.domain import Recording
from heartgui.errors import AudioUnavailableError
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea

FRAME_MS = 33


class Playing(QObject):
    """Plays the recording that is on screen."""

    def __init__(
        self, player: Player, transport: TransportBar, tracks: TrackView, banner: BannerArea
    ) -> None:
        super().__init__()
        self._player = player
        self._transport = transport
        self._tracks = tracks
        self._banner = banner
        self._held = False
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._follow)
        transport.play_toggled.connect(self.set_playing)
        transport.speed_changed.connect(player.set_speed)
        transport.filter_changed.connect(player.set_filter)
        transport.volume_changed.connect(player.set_volume)
        transport.loop_toggled.connect(self._loop)
        tracks.view_changed.connect(self._loop)
        transport.seek_requested.connect(self.seek)
        tracks.seek_requested.connect(self.seek)
        player.set_filter(transport.filter_name)
        self.unload()

    def load(self, recording: Recording) -> None:
        """Make another recording playable, from its start."""
        self.set_playing(False)
        self._player.load(recording)
        self._loop()
        self._transport.set_duration(recording.duration_s)
        self._transport.set_position(0.0)
        self._transport.setEnabled(True)
        self._tracks.set_playhead(None)

    def unload(self) -> None:
        """Nothing to play, as while recording."""
        self.set_playing(False)
        self._transport.set_duration(0.0)
        self._transport.set_position(0.0)
        self._transport.setEnabled(False)
        self._tracks.set_playhead(None)

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """Nothing is played while a take is recorded: the open stethoscope would hear it."""
        self._held = held
        if held:
            self.set_playing(False)
        else:
            self._banner.dismiss("held")

    @Slot()
    def toggle(self) -> None:
        if self._transport.isEnabled():
            self.set_playing(not self._player.playing)

    @Slot(bool)
    def set_playing(self, playing: bool) -> None:
        if playing and self._held:
            self._banner.show_message(
                "warning", "A take is being recorded.", "Stop it first (Space), then play.",
                key="held",
            )  # fmt: skip
            playing = False
        if playing:
            # The volume may have been set on another page, or come from the settings.
            self._player.set_volume(self._transport.volume_level)
            try:
                self._player.play()
            except AudioUnavailableError as error:
                self._banner.show_error(error, key="output", kind="warning")
                playing = False
        else:
            self._player.pause()
        self._transport.set_playing(playing)
        if playing:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot(float)
    def seek(self, time_s: float) -> None:
        if not self._transport.isEnabled():
            return
        self._player.seek(time_s)
        self._show(self._player.position_s)

    def close(self) -> None:
        self._timer.stop()
        self._player.pause()

    @Slot()
    def _loop(self) -> None:
        """Play what is in view again and again, whichever stretch that comes to be."""
        self._player.set_loop(self._tracks.visible_range_s if self._transport.looping else None)

    @Slot()
    def _follow(self) -> None:
        self._show(self._player.position_s)
        if not self._player.playing:
            self.set_playing(False)

    def _show(self, time_s: float) -> None:
        self._transport.set_position(time_s)
        self._tracks.set_playhead(time_s)
