"""A private PulseAudio daemon whose null sink stands in for a stethoscope.

What is played into the sink is recorded from its monitor, through PortAudio's ALSA back end,
as from any microphone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("pulseaudio", "pactl", "pacat")
ALSA_CONFIG = """
pcm_type.pulse {{ lib "{plugin}" }}
pcm.stethoscope {{ type pulse device "steth.monitor"
  hint {{ show on description "Test stethoscope" }} }}
pcm.speaker {{ type pulse device "speaker" }}
pcm.!default {{ type asym capture.pcm "stethoscope" playback.pcm "speaker" }}
ctl.!default {{ type pulse }}
ctl_type.pulse {{ lib "{ctl_plugin}" }}
"""


@dataclass
class Pulse:
    """A running daemon. environment: what processes need to reach it."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    module_steth: str

    def pactl(self, *words: str) -> str:
        return subprocess.run(
            ["pactl", *words], env=os.environ | self.environment, check=True, capture_output=True,
            text=True,
        ).stdout.strip()  # fmt: skip

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Play a WAV file into the sink, in the background."""
        return subprocess.Popen(
            ["paplay", "--device=steth", str(path)], env=os.environ | self.environment
        )

    def record_speaker(self, path: Path) -> subprocess.Popen[bytes]:
        """Write what is played to the speaker into a file of raw 16-bit samples."""
        with path.open("wb") as file:
            return subprocess.Popen(
                ["parec", "--device=speaker.monitor", "--format=s16le", "--rate=44100",
                 "--channels=1", "--latency-msec=20"],
                env=os.environ | self.environment, stdout=file,
            )  # fmt: skip

    def unplug(self) -> None:
        """Take the stethoscope's sink, and so its monitor, away."""
        self.pactl("unload-module", self.module_steth)

    def plug(self, name: str) -> str:
        """Add another input of that name, silent; returns what `pull` needs."""
        # ALSA's list holds what the configuration names, as of a sound card that has come.
        with (self.folder / "asound.conf").open("a", encoding="utf-8") as file:
            file.write(
                f'pcm.{name} {{ type pulse device "{name}.monitor"'
                f' hint {{ show on description "{name}" }} }}\n'
            )
        return self.pactl(
            "load-module", "module-null-sink", f"sink_name={name}", "format=s16le", "channels=1"
        )

    def pull(self, name: str, module: str) -> None:
        """Take an input that was plugged in away again, from the server and from ALSA's list."""
        path = self.folder / "asound.conf"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if f"pcm.{name} " not in line))
        self.pactl("unload-module", module)


@contextmanager
def pulse(*, sample_rate_hz: int = 44_100, rescue: bool = False) -> Iterator[Pulse]:
    """Start a daemon with a null sink `steth` (16 bit, mono) and another one, `speaker`.

    Sets the environment of this process too, so that PortAudio, initialised anew inside the
    block, finds the sink's monitor as its default input. rescue: load module-rescue-streams,
    which moves orphaned streams elsewhere.
    """
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise RuntimeError(f"missing {missing}: `make test` installs PulseAudio")
    folder = Path(tempfile.mkdtemp(prefix="heartgui-pulse-"))
    socket = folder / "native"
    environment = {
        "PULSE_SERVER": f"unix:{socket}",
        "PULSE_RUNTIME_PATH": str(folder),
        "PULSE_COOKIE": str(folder / "cookie"),
        "PULSE_STATE_PATH": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "ALSA_CONFIG_PATH": str(_alsa_config(folder)),
        "HOME": str(folder),
    }
    modules = [
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        f"module-null-sink sink_name=steth rate={sample_rate_hz} channels=1 format=s16le"
        " channel_map=mono",
        f"module-null-sink sink_name=speaker rate={sample_rate_hz} channels=1 format=s16le"
        " channel_map=mono",
    ]
    if rescue:
        modules.append("module-rescue-streams")
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
               "--disallow-exit", "--log-level=error"]  # fmt: skip
    for module in modules:
        command += ["-L", module]
    kept = {name: os.environ.get(name) for name in environment}
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.environ.update(environment)
    awake: list[subprocess.Popen[bytes]] = []
    try:
        daemon = Pulse(folder, environment, process, "")
        daemon.module_steth = _wait_for_sink(daemon)
        awake += [_keep_awake(daemon, sink, sample_rate_hz) for sink in ("steth", "speaker")]
        _wait_for_players(daemon, len(awake))
        yield daemon
    finally:
        for player in awake:
            player.kill()
            player.wait(60)
        process.terminate()
        process.wait(60)
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def _keep_awake(daemon: Pulse, sink: str, sample_rate_hz: int) -> subprocess.Popen[bytes]:
    """Play digital silence: a null sink that nobody plays into works in blocks of two seconds,
    which no real microphone does."""
    return subprocess.Popen(
        ["pacat", "--playback", f"--device={sink}", "--latency-msec=20", "--format=s16le",
         f"--rate={sample_rate_hz}", "--channels=1", "/dev/zero"],
        env=os.environ | daemon.environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait_for_sink(daemon: Pulse) -> str:
    """Number of the module behind the sink, once the daemon answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            lines = daemon.pactl("list", "short", "modules").splitlines()
        except subprocess.CalledProcessError:
            lines = []
        for line in lines:
            if "sink_name=steth" in line:
                return line.split("\t")[0]
        time.sleep(0.05)
    raise RuntimeError("PulseAudio did not start")


def _wait_for_players(daemon: Pulse, n: int) -> None:
    """Until so many streams are played: the sinks are awake from then on."""
    end = time.monotonic() + 60
    while len(daemon.pactl("list", "short", "sink-inputs").splitlines()) < n:
        if time.monotonic() > end:
            raise RuntimeError("nothing can be played into PulseAudio")
        time.sleep(0.05)


def _alsa_config(folder: Path) -> Path:
    plugins = next(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
    path = folder / "asound.conf"
    path.write_text(
        ALSA_CONFIG.format(
            plugin=plugins, ctl_plugin=plugins.with_name("libasound_module_ctl_pulse.so")
        )
    )
    return path
