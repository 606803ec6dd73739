"""Sessions that change while a call goes on: hold, resume, other codecs and addresses, late offers, and both sides at once (R-127)."""

import re
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import Message, address_in, media_address, sdp
from harness.steps import connect, hang_up, originate

HOLDS = {"sendonly": ["a=sendonly"], "inactive": ["a=inactive"], "zero address": []}


def changed(ip, version, port=30000, payloads=(8, 0, 101), extra=()):
    """A later description of the same session: its o= counts up (RFC 3264 §8)."""
    return sdp(ip, port, payloads, extra).replace("4711 1", f"4711 {version}")


def direction(body):
    found = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", body, re.M)
    return found.group(1) if found else "sendrecv"


def version(body):
    return tuple(map(int, re.search(r"^o=\S+ (\d+) (\d+)", body, re.M).groups()))


class Renegotiation(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def sides(self, kind):
        """A call of that kind: what the PBX has of it, what the carrier has."""
        if kind == "termination":
            return connect(self.pbx, self.carrier)
        call, incoming = originate(self.carrier, self.pbx)
        return incoming, call

    def offer(self, dialog, body):
        """A re-INVITE goes out; it is not answered yet."""
        return dialog.request("INVITE", body=body)

    def ack(self, dialog, sent, body=""):
        lines = [h for h in sent.headers if h[0] not in ("CSeq", "Content-Type", "Via")]
        lines = [("Via", dialog.agent.via()), *lines, ("CSeq", f"{sent.cseq[0]} ACK")]
        if body:
            lines.append(("Content-Type", "application/sdp"))
        dialog.agent.wire.send(Message(f"ACK {dialog.target} SIP/2.0", lines, body).text(), address_in(dialog.target))

    def takes(self, dialog, body, status=200):
        """The other side gets the re-INVITE and answers it; what it got."""
        request, source = dialog.expect_request("INVITE")
        dialog.reply(request, source, status, "OK" if status == 200 else "No", body if status == 200 else "")
        if status == 200:
            dialog.expect_request("ACK")
        return request

    def test_hold_and_resume(self):
        for kind in ("termination", "origination"):
            for who in (0, 1):
                for spelling, extra in HOLDS.items():
                    with self.subTest(f"{kind}, side {who}, {spelling}"), Daemon(self.folder / f"{kind}{who}{spelling[:3]}") as daemon:
                        both = self.sides(kind)
                        holder, held = both[who], both[1 - who]
                        before = version(held.remote_sdp)
                        ip = holder.agent.ip
                        body = changed(ip, 2, extra=extra)
                        if spelling == "zero address":
                            body = body.replace(f"c=IN IP4 {ip}", "c=IN IP4 0.0.0.0")
                        sent = self.offer(holder, body)
                        answer = changed(held.agent.ip, 2, extra=["a=recvonly" if spelling != "inactive" else "a=inactive"])
                        got = self.takes(held, answer)
                        self.assertEqual(direction(got.body), "inactive" if spelling == "inactive" else "sendonly")
                        after = version(got.body)
                        self.assertEqual((after[0], after[1] > before[1]), (before[0], True), "one session, a later version")
                        final = holder.response("INVITE")
                        self.ack(holder, sent)
                        self.assertEqual(final.status, 200, final.text())
                        self.assertIn(direction(final.body), ("recvonly", "inactive"))
                        # and back
                        sent = self.offer(holder, changed(ip, 3))
                        got = self.takes(held, changed(held.agent.ip, 3))
                        self.assertEqual(direction(got.body), "sendrecv")
                        final = holder.response("INVITE")
                        self.ack(holder, sent)
                        self.assertEqual((final.status, direction(final.body)), (200, "sendrecv"))
                        hang_up(holder, held)
                        self.assertEqual(daemon.record()["sip_status"], 200)
                        daemon.eventually_idle()

    def test_new_address(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            old, new, far = (RtpEnd(PBX, 30000, 0x11), RtpEnd(PBX, 31000, 0x12), RtpEnd(CARRIER, 30000, 0x22))
            for end in (old, new, far):
                self.addCleanup(end.close)
            to_switch, to_far = media_address(call.remote_sdp)[:2], media_address(incoming.remote_sdp)[:2]
            exchange([(old, to_switch), (far, to_far)], 0.4)
            self.assertGreater(len(old.heard_from(0x22)), 10)
            sent = self.offer(call, changed(PBX, 2, port=31000))
            self.takes(incoming, changed(CARRIER, 2))
            self.assertEqual(call.response("INVITE").status, 200)
            self.ack(call, sent)
            old.heard.clear()
            exchange([(new, to_switch), (far, to_far)], 0.6)
            self.assertGreater(len(new.heard_from(0x22)), 20)
            self.assertGreater(len(far.heard_from(0x12)), 20)
            self.assertLess(len(old.heard_from(0x22)), 5)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_codec_change(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            sent = self.offer(call, changed(PBX, 2, payloads=(0, 101)))
            got = self.takes(incoming, changed(CARRIER, 2, payloads=(0, 101)))
            self.assertIn("RTP/AVP 0 101", got.body)
            answer = call.response("INVITE")
            self.ack(call, sent)
            self.assertIn("RTP/AVP 0 101", answer.body)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_refused_offer(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            near, far = RtpEnd(PBX, 30000, 0x11), RtpEnd(CARRIER, 30000, 0x22)
            self.addCleanup(near.close)
            self.addCleanup(far.close)
            self.offer(call, changed(PBX, 2, port=31000))
            self.takes(incoming, "", 488)
            answer = call.response("INVITE")
            self.assertEqual(answer.status, 488, answer.text())
            exchange([(near, media_address(call.remote_sdp)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.5)
            self.assertGreater(len(near.heard_from(0x22)), 15)
            self.assertGreater(len(far.heard_from(0x11)), 15)
            # the same session once more is a refresh, and the far side hears nothing of it
            self.assertEqual(call.reinvite(changed(PBX, 3)).status, 200)
            self.carrier.nothing(0.3, lambda m: m.method == "INVITE")
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_fax(self):
        """T.38 is answered here: alone it is refused, beside the sound its line is, and the call is as it was."""
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            fax = "m=image 31000 udptl t38\r\na=T38FaxVersion:0\r\n"
            sound = changed(PBX, 2)
            alone = incoming.reinvite(re.sub(r"m=audio.*", fax, changed(CARRIER, 2), flags=re.S))
            self.assertEqual(alone.status, 488, alone.text())
            self.assertIn("no_audio", alone.get("Reason"))
            sent = self.offer(call, sound + fax)
            self.assertNotIn("m=image", self.takes(incoming, changed(CARRIER, 2)).body)
            beside = call.response("INVITE")
            self.ack(call, sent)
            self.assertEqual(beside.status, 200, beside.text())
            self.assertIn("m=image 0 udptl t38", beside.body)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_offerless_reinvite(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            sent = self.offer(call, "")
            request, source = incoming.expect_request("INVITE")
            self.assertEqual(request.body, "")
            incoming.reply(request, source, 200, "OK", changed(CARRIER, 2, port=30500))
            answer = call.response("INVITE")
            self.assertEqual(answer.status, 200, answer.text())
            self.assertIn("m=audio", answer.body)
            self.ack(call, sent, changed(PBX, 2, port=31000))
            ack, _ = incoming.expect_request("ACK")
            self.assertIn("m=audio", ack.body)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_both_at_once(self):
        """RFC 3261 §14.1, RFC 5407 §3.1.5: the two offers cross in the switch."""
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            first = self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            request, source = incoming.expect_request("INVITE")
            self.offer(incoming, changed(CARRIER, 2, extra=["a=sendonly"]))
            self.assertEqual(incoming.response("INVITE").status, 491)
            incoming.reply(request, source, 200, "OK", changed(CARRIER, 1, extra=["a=recvonly"]))
            incoming.expect_request("ACK")
            self.assertEqual(call.response("INVITE").status, 200)
            self.ack(call, first)
            second = self.offer(incoming, changed(CARRIER, 2, extra=["a=inactive"]))
            self.takes(call, changed(PBX, 3, extra=["a=inactive"]))
            self.assertEqual(incoming.response("INVITE").status, 200)
            self.ack(incoming, second)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_491_is_tried_again(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            sent = self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            self.takes(incoming, "", 491)
            self.takes_again(incoming, changed(CARRIER, 2, extra=["a=recvonly"]))
            self.assertEqual(call.response("INVITE", seconds=10).status, 200)
            self.ack(call, sent)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def takes_again(self, dialog, body):
        """The back-off is 2.1 to 4 s where the Call-ID is ours."""
        request, source = dialog.expect_request("INVITE", seconds=8)
        dialog.reply(request, source, 200, "OK", body)
        dialog.expect_request("ACK")

    def test_second_offer_too_early(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            first = self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            request, source = incoming.expect_request("INVITE")
            call.request("UPDATE", body=changed(PBX, 3))
            refused = call.response("UPDATE")
            self.assertEqual(refused.status, 500, refused.text())
            self.assertRegex(refused.get("Retry-After"), r"^\d+")
            incoming.reply(request, source, 200, "OK", changed(CARRIER, 2, extra=["a=recvonly"]))
            incoming.expect_request("ACK")
            self.assertEqual(call.response("INVITE").status, 200)
            self.ack(call, first)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_update(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            call.request("UPDATE", body=changed(PBX, 2, extra=["a=sendonly"]))
            # The carrier has never said that it knows UPDATE: it gets a re-INVITE.
            self.takes(incoming, changed(CARRIER, 2, extra=["a=recvonly"]))
            self.assertEqual(call.response("UPDATE").status, 200)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_cancelled_reinvite(self):
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            sent = self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            request, source = incoming.expect_request("INVITE")
            incoming.reply(request, source, 100, "Trying")
            lines = [h for h in sent.headers if h[0] in ("Via", "Max-Forwards", "From", "To", "Call-ID")]
            lines.append(("CSeq", f"{sent.cseq[0]} CANCEL"))
            self.pbx.wire.send(Message(f"CANCEL {call.target} SIP/2.0", lines).text(), address_in(call.target))
            self.assertEqual(call.response("INVITE").status, 487)
            cancel, where = incoming.expect_request("CANCEL")
            incoming.reply(cancel, where, 200, "OK")
            incoming.reply(request, source, 487, "Request Terminated")
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["reason"], "caller_hung_up")
            daemon.eventually_idle()

    def test_bye_while_an_offer_waits(self):
        """RFC 5407 §3.2.2: the far side hangs up instead of answering the re-INVITE."""
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            request, source = incoming.expect_request("INVITE")
            incoming.request("BYE")
            call.expect_bye()
            self.assertEqual(incoming.response("BYE").status, 200)
            incoming.reply(request, source, 487, "Request Terminated")
            self.assertIn(call.response("INVITE").status, (481, 487))
            self.assertEqual(daemon.record()["reason"], "callee_hung_up")
            daemon.eventually_idle()

    def test_481_to_a_reinvite(self):
        """RFC 3261 §12.2.1.2: the far side knows no such dialog any more."""
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            self.offer(call, changed(PBX, 2, extra=["a=sendonly"]))
            self.takes(incoming, "", 481)
            call.response("INVITE")
            call.expect_bye()
            daemon.record()
            daemon.eventually_idle(40)


if __name__ == "__main__":
    unittest.main()
