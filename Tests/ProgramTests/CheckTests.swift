import Basics
import Testing

@testable import Setup

struct CheckTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
    ])
    func datesOfHTTP(date: String, seconds: Int) {
        #expect(ClockCheck.seconds(date) == seconds)
    }

    @Test(arguments: [
        "", "GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nop 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 99999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
    ])
    func whatIsNoDate(text: String) {
        #expect(ClockCheck.seconds(text) == nil)
    }

    @Test func sentencesOnTheFileSayWhatToDo() {
        let (message, advice) = Findings.split("it is wrong; correct it; then try again")
        #expect(message == "it is wrong")
        #expect(advice == "correct it; then try again")
        #expect(Findings.split("it is wrong").advice == nil)
    }

    @Test func failuresOfProvidersGiveNoAdvice() {
        let findings = Findings()
        findings.add(.problem, Failure(.metadataInvalid, "no issuer: 'x; do evil'"), about: "op")
        #expect(findings.all.first?.message == "no issuer: 'x; do evil'")
        #expect(findings.all.first?.advice == "Look up metadata_invalid in docs/errors.md")
        #expect(findings.all.first?.code == "metadata_invalid")
    }

    @Test func wordsFromOutsideHaveNoControls() {
        let findings = Findings()
        findings.add(.note, .clock, about: "a\u{1B}[2J", "b\n\u{9B}c", do: "d\u{7F}")
        #expect(findings.all.first?.subject == "a?[2J")
        #expect(findings.all.first?.message == "b??c")
        #expect(findings.all.first?.advice == "d?")
        findings.add(.note, .clock, about: "é\u{202E}", "a\u{2028}b ü")
        #expect(findings.all.last?.subject == "é?")
        #expect(findings.all.last?.message == "a?b ü")
    }

    @Test func worstFindingCounts() {
        let findings = Findings()
        #expect(findings.worst == .ok)
        for level in [Finding.Level.note, .problem, .warning] { findings.add(level, .clock, about: "", "") }
        #expect(findings.worst == .problem)
    }

    @Test func brokenCertificatesAreIgnored() {
        #expect(Certificate(pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", host: "a") == nil)
        #expect(Certificate(pem: "", host: "a") == nil)
    }
}
