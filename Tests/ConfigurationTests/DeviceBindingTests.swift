import Basics
import Configuration
import Settings
import Testing

/// device_bound, and how long a proof is good for.
@Suite struct DeviceBindingTests {
    private func binding(_ lines: String) throws -> DeviceBindingSettings? {
        try settings(Sample.complete + lines).deviceBinding
    }

    @Test func offByDefault() throws {
        #expect(try binding("") == nil)
        #expect(try binding("device_bound = false") == nil)
    }

    @Test func on() throws {
        let binding = try #require(try binding("device_bound = true"))
        #expect(binding.proofLifetime == 300 && !binding.isRequired)
        let required = try #require(try self.binding("device_bound = \"required\"\ndevice_bound_lifetime = \"1h\""))
        #expect(required.proofLifetime == 3600 && required.isRequired)
    }

    @Test(
        arguments: [
            ("device_bound = \"yes\"", 7, "device_bound: must be true, false or \"required\""),
            ("device_bound = 1", 7, "device_bound: must be true, false or \"required\""),
            (
                "device_bound_lifetime = \"5m\"", 7,
                "device_bound_lifetime: is only for device_bound; set that too, or remove it"
            ),
            (
                "device_bound = true\ndevice_bound_lifetime = \"9s\"", 8,
                "device_bound_lifetime: must be from 10 seconds to 1 hour: seconds, or text such as \"30d\", \"12h\", \"15m\", "
                    + "\"45s\", \"500ms\""
            ),
            (
                "device_bound = true\ndevice_bound_lifetime = \"2h\"", 8,
                "device_bound_lifetime: must be from 10 seconds to 1 hour: seconds, or text such as \"30d\", \"12h\", \"15m\", "
                    + "\"45s\", \"500ms\""
            ),
        ] as [(String, Int, String)])
    func wrong(lines: String, line: Int, sentence: String) throws {
        #expect(try problems(Sample.complete + lines) == ["s.toml:\(line):1: [auth] \(sentence)"])
    }
}
