"""The peers against each other, with nothing in between: what a test through the switch is compared with."""

import unittest

import numpy

from harness.agent import Agent
from harness.audio import likeness, melody, read_wav, write_wav
from harness.baresip import Baresip
from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import digest_answer, digest_is_right, media_address
from harness.sipp import Sipp


class Measure(unittest.TestCase):
    """The audio measure says yes to the sound, late, quieter and through G.711's noise, and no to everything else."""

    def test_likeness(self):
        sound, other = melody(1), melody(2)
        noise = numpy.random.default_rng(3).normal(0, 60, len(sound) + 4000)
        late = numpy.concatenate([numpy.zeros(4000), sound * 0.5]) + noise
        self.assertEqual(likeness(sound, late), 1.0)
        slipped = numpy.concatenate([sound[:16000], sound[16160:]])
        self.assertGreater(likeness(sound, slipped), 0.8)
        self.assertEqual(likeness(sound, numpy.zeros(40000)), 0.0)
        self.assertEqual(likeness(sound, numpy.zeros(0)), 0.0)
        self.assertLess(likeness(sound, other), 0.2)
        self.assertLess(likeness(sound, noise * 50), 0.2)
        self.assertLess(likeness(sound, sound[:16000]), 0.6)

    def test_digest(self):
        challenge = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'
        answer = digest_answer(challenge, "INVITE", "sip:x@y", "u", "secret")
        self.assertTrue(digest_is_right(answer, "INVITE", "secret"))
        self.assertFalse(digest_is_right(answer, "INVITE", "Secret"))


class Direct(unittest.TestCase):
    def test_agents_talk(self):
        for transport in ("udp", "tcp"):
            with self.subTest(transport), \
                    Agent(PBX, switch=(CARRIER, 5060), transport=transport) as pbx, Agent(CARRIER, transport=transport) as carrier:
                call = pbx.invite(f"sip:{NUMBER}@{CARRIER}")
                incoming = carrier.incoming()
                incoming.ring()
                call.provisional(180)
                incoming.reply(incoming.invite, incoming.source, 200, "OK", carrier.sdp())
                self.assertEqual(call.final().status, 200)
                call.ack()
                incoming.expect_request("ACK")
                near, far = RtpEnd(PBX, 30000, 0x11), RtpEnd(CARRIER, 30000, 0x22)
                exchange([(near, media_address(call.remote_sdp)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.5)
                self.assertEqual(len(near.heard_from(0x22)), 25)
                self.assertEqual(len(far.heard_from(0x11)), 25)
                near.close()
                far.close()
                call.request("BYE")
                incoming.expect_bye()
                self.assertEqual(call.response("BYE").status, 200)

    def test_sipp_answers_a_challenge(self):
        """The load test's PBX computes digests: with the right password, and visibly not with another."""
        for password in (PASSWORD, "wrong"):
            folder = scratch(f"sipp_{password}")
            with Agent("127.0.0.1") as switch:
                pbx = Sipp("pbx", "pbx.xml", folder, PBX, "-m", 1, "-d", 200, "-s", NUMBER, "-key", "domain", DOMAIN, "-au", USER,
                           "-ap", password, "-mp", 40000, switch="127.0.0.1:5060")
                self.addCleanup(pbx.kill)
                switch.incoming().reject(407, "Proxy Authentication Required", [
                    ("Proxy-Authenticate", f'Digest realm="{DOMAIN}", nonce="n", algorithm=MD5, qop="auth"')])
                second = switch.incoming()
                answer = second.invite.get("Proxy-Authorization")
                self.assertEqual(digest_is_right(answer, "INVITE", PASSWORD), password == PASSWORD, answer)
                second.answer()
                second.expect_bye()
                self.assertEqual(pbx.wait(5), 0, pbx.complaints())
                self.assertEqual(pbx.totals()["SuccessfulCall(C)"], 1)

    def test_baresip_to_baresip(self):
        folder = scratch("direct")
        near, far = melody(1), melody(2)
        write_wav(folder / "near.wav", melody(1, 12))  # baresip hangs up when its file ends
        write_wav(folder / "far.wav", melody(2, 12))
        a = Baresip("a", folder, "127.0.0.10", 5060, "<sip:alice@127.0.0.10>;regint=0;audio_codecs=PCMA/8000/1",
                    folder / "near.wav", 32000)
        b = Baresip("b", folder, "127.0.0.20", 5060,
                    "<sip:bob@127.0.0.20>;regint=0;answermode=auto;audio_codecs=PCMA/8000/1", folder / "far.wav", 33000)
        a.command("dial", "sip:bob@127.0.0.20")
        a.expect("CALL_ESTABLISHED")
        a.listen(5)
        a.command("hangup")
        b.expect("CALL_CLOSED")
        a.quit()
        b.quit()
        self.assertGreater(likeness(near, read_wav(b.recording())), 0.8)
        self.assertGreater(likeness(far, read_wav(a.recording())), 0.8)
        self.assertLess(likeness(near, read_wav(a.recording())), 0.2)


if __name__ == "__main__":
    unittest.main()
