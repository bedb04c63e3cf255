import Basics
import Configuration

@testable import RelyingParty

/// What a site's operator and its pages supply.
enum Input {
    static func configuration(_ bytes: [UInt8]) {
        let configuration = Configuration()
        do throws(Failure) {
            try configuration.load(toml: bytes)
            let settings = try configuration.settings()
            promise(!settings.cookieSecrets.isEmpty, "there is a cookie secret")
            promise(!settings.providers.isEmpty, "there is a provider")
        } catch {
            promise(error.code == .configurationInvalid || !error.message.isEmpty, "a refusal says why")
        }
    }

    static func returnTarget(_ bytes: [UInt8]) {
        guard let text = Text(validating: bytes) else { return }
        if let target = ReturnTarget(text) {
            promise(target.text == text, "a target is what was asked for, or nothing")
            promise(text.hasPrefix("/") && !text.hasPrefix("//") && !text.hasPrefix("/\\"), "a target is on this site")
            promise(!text.hasControls, "a target fits into a header")
        }
        let target = FormEncoding.encode(text)
        _ = FuzzSite.plain.send("GET", "/auth/login?provider=id&return_to=\(target)")
        _ = FuzzSite.plain.send("GET", text)
    }
}
