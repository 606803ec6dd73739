"""A client that none of us wrote, on both sides: what the far end records is what the near end played."""

import unittest

from harness.audio import likeness, melody, read_wav, write_wav
from harness.baresip import Baresip
from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, Daemon, configuration, scratch

ENOUGH = 0.8  # of the sound's half-second blocks; the direct call of harness_test reaches the same

LONG = 12  # seconds: baresip hangs up when its file ends


class ThroughTandem(unittest.TestCase):
    def call_over(self, transport):
        folder = scratch(f"baresip_{transport}")
        near, far = melody(11), melody(12)
        write_wav(folder / "near.wav", melody(11, LONG))
        write_wav(folder / "far.wav", melody(12, LONG))
        config = configuration()
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
        config["media"]["address"] = "10.77.0.1"  # what baresip names as its own, and sends from
        config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{CARRIER}:5060;transport={transport}"}]
        with Daemon(folder, config) as daemon:
            far_end = Baresip("carrier", folder, CARRIER, 5060,
                              f"<sip:{NUMBER}@{CARRIER};transport={transport}>;regint=0;answermode=auto;audio_codecs=PCMA/8000/1",
                              folder / "far.wav", 33000)
            near_end = Baresip("pbx", folder, PBX, 5060,
                               f"<sip:+12125550001@{DOMAIN};transport={transport}>;regint=0;auth_user={USER};auth_pass={PASSWORD};"
                               f"outbound=\"sip:127.0.0.1:5060;transport={transport}\";audio_codecs=PCMA/8000/1",
                               folder / "near.wav", 32000)
            self.addCleanup(far_end.process.kill)
            self.addCleanup(near_end.process.kill)
            near_end.command("dial", f"sip:{NUMBER}@{DOMAIN}")
            near_end.expect("CALL_ESTABLISHED")
            near_end.listen(5)
            near_end.command("hangup")
            far_end.expect("CALL_CLOSED")
            record = daemon.record()
            near_end.quit()
            far_end.quit()
            daemon.eventually_idle()
        self.assertEqual((record["sip_status"], record["reason"], record["user"]), (200, "caller_hung_up", USER))
        self.assertEqual((record["listener"], record["target_transport"]), (transport, transport))
        heard_far, heard_near = read_wav(far_end.recording()), read_wav(near_end.recording())
        self.assertGreater(likeness(near, heard_far), ENOUGH)
        self.assertGreater(likeness(far, heard_near), ENOUGH)
        self.assertLess(likeness(near, heard_near), 0.2)

    def test_udp(self):
        self.call_over("udp")

    def test_tcp(self):
        self.call_over("tcp")


if __name__ == "__main__":
    unittest.main()
