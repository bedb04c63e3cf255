import Basics
import Platform

/// Text from elsewhere: { env = "NAME" } or { file = "path" }.
enum ConfigurationReference {
    private static let longest = 65_536

    /// The text. A failure's message continues "KEY: ".
    static func resolve(_ reference: [ConfigurationEntry], from origin: ConfigurationOrigin) throws(Failure) -> Text {
        guard let entry = reference.first, let name = Self.name(entry.value) else {
            throw Failure(.configurationInvalid, "env and file must be text in double quotes")
        }
        return entry.key == "env" ? try environment(name) : try file(name, in: origin.folder)
    }

    private static func name(_ value: ConfigurationValue) -> Text? {
        switch value {
        case .text(let text), .untyped(let text): text.hasControls || text.isEmpty ? nil : text
        default: nil
        }
    }

    /// An empty variable counts as a mistake: as a client secret it would silently mean "public client".
    private static func environment(_ name: Text) throws(Failure) -> Text {
        let bytes = unsafe withCString(name) { name -> [UInt8]? in
            guard let value = unsafe platform_environment(name) else { return nil }
            let length = unsafe platform_text_length(value, longest)
            return unsafe Array(UnsafeRawBufferPointer(start: value, count: length))
        }
        guard let bytes else {
            throw Failure(
                .configurationInvalid, "the environment variable \(name) is not set; set it before the program starts")
        }
        return try text(bytes, "the environment variable \(name)")
    }

    private static func file(_ path: Text, in folder: Text) throws(Failure) -> Text {
        var bytes = try ConfigurationFile.read(ConfigurationFile.resolve(path, in: folder), limit: longest)
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        return try text(bytes, "the file \(path)")
    }

    private static func text(_ bytes: [UInt8], _ place: Text) throws(Failure) -> Text {
        guard !bytes.isEmpty else { throw Failure(.configurationInvalid, "\(place) is empty") }
        guard let text = Text(validating: bytes) else { throw Failure(.configurationInvalid, "\(place) is not UTF-8") }
        return text
    }
}
