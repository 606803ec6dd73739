"""A client that none of us wrote, inside a call: hold and resume, digits, and a blind transfer to a third one (R-127, R-128)."""

import unittest

from harness.audio import likeness, melody, read_wav, write_wav
from harness.baresip import Baresip
from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.wait import eventually

ENOUGH = 0.8  # of the sound's half-second blocks, as in baresip_test
RATE = 8000
LONG = 30  # seconds: baresip hangs up when its file ends
PBX_2 = "127.0.0.11"


class InCall(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        for name, seed in (("near", 11), ("far", 12), ("other", 13)):
            write_wav(self.folder / f"{name}.wav", melody(seed, LONG))

    def daemon(self, **general):
        config = configuration()
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
        config["trunks"][0]["general"].update(general)
        config["media"]["address"] = "10.77.0.1"  # what baresip names as its own, and sends from
        return Daemon(self.folder, config)

    def phone(self, name, ip, account, first_rtp):
        phone = Baresip(name, self.folder, ip, 5060, account, self.folder / f"{name}.wav", first_rtp)
        self.addCleanup(phone.process.kill)
        return phone

    def call(self, more=""):
        far = self.phone("far", CARRIER, f"<sip:{NUMBER}@{CARRIER}>;regint=0;answermode=auto;audio_codecs=PCMA/8000/1", 33000)
        near = self.phone("near", PBX, f"<sip:+12125550001@{DOMAIN}>;regint=0;auth_user={USER};auth_pass={PASSWORD};"
                          f"outbound=\"sip:127.0.0.1:5060\";audio_codecs=PCMA/8000/1{more}", 32000)
        near.command("dial", f"sip:{NUMBER}@{DOMAIN}")
        near.expect("CALL_ESTABLISHED")
        return near, far

    def end(self, daemon, *phones):
        record = daemon.record()
        for phone in phones:
            phone.quit()
        daemon.eventually_idle()
        return record

    def test_hold_and_resume(self):
        with self.daemon() as daemon:
            near, far = self.call()
            near.listen(2)
            near.command("hold")
            eventually("the far end is held", lambda: far.happened("CALL_HOLD") or far.happened("CALL_REMOTE_SDP"), 10)
            near.listen(2)
            near.command("resume")
            near.listen(5)
            near.command("hangup")
            far.expect("CALL_CLOSED")
            record = self.end(daemon, near, far)
        self.assertEqual((record["sip_status"], record["reason"]), (200, "caller_hung_up"))
        for heard, played in ((far.recording(), 11), (near.recording(), 12)):
            self.assertGreater(likeness(read_wav(heard)[-3 * RATE:-RATE], melody(played, LONG)), ENOUGH, "after the hold")

    def test_digits_as_events_and_as_info(self):
        for mode in ("rtpevent", "info"):
            with self.subTest(mode):
                self.folder = scratch(f"digits_{mode}")
                for name, seed in (("near", 11), ("far", 12)):
                    write_wav(self.folder / f"{name}.wav", melody(seed, LONG))
                with self.daemon() as daemon:
                    near, far = self.call(f";dtmfmode={mode}")
                    near.listen(1)
                    near.command("sndcode", "5")
                    far.expect("CALL_DTMF_START", 8)
                    self.assertEqual([e.get("param") for e in far.events if e.get("type") == "CALL_DTMF_START"], ["5"])
                    near.listen(1)
                    near.command("hangup")
                    far.expect("CALL_CLOSED")
                    self.end(daemon, near, far)

    def test_blind_transfer(self):
        with self.daemon(transfer={"mode": "sip_only"}) as daemon:
            other = self.phone("other", PBX_2, f"<sip:200@{PBX_2}>;regint=0;answermode=auto;audio_codecs=PCMA/8000/1", 34000)
            near, far = self.call()
            near.listen(1)
            near.command("transfer", f"sip:200@{PBX_2}")
            other.expect("CALL_ESTABLISHED", 15)
            near.expect("CALL_CLOSED", 15)
            other.listen(5)
            other.command("hangup")
            far.expect("CALL_CLOSED")
            self.end(daemon, near, far, other)
        self.assertGreater(likeness(read_wav(other.recording())[RATE:4 * RATE], melody(12, LONG)), ENOUGH)


if __name__ == "__main__":
    unittest.main()
