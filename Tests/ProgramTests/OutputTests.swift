import Basics
import Terminal
import Testing

struct OutputTests {
    @Test func failuresHaveTheirCode() {
        let failure = Failure(.providerTimeout, "op.example.org did not answer within 10 s")
        #expect(failure.forPeople == "op.example.org did not answer within 10 s [provider_timeout]")
    }

    @Test func stylesAreForTerminalsAlone() {
        // A test's standard output is no terminal.
        #expect(Style.bad.applied(to: "no") == "no")
    }
}
