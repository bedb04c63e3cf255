import Basics
import Settings

extension PageLanguage {
    /// The language that an Accept-Language header prefers (RFC 9110 12.5.4), by its primary subtag alone (RFC 4647 3.4);
    /// English if it names none of ours.
    init(accepted header: Text) {
        var best: (language: PageLanguage, quality: Int64) = (.english, 0)
        for item in header.split(at: ",") {
            let parts = item.split(at: ";").map { $0.trimmed().lowercasedASCII() }
            let subtag = parts.first?.splitOnce(at: "-")?.before ?? parts.first ?? ""
            guard let language = PageLanguage(tag: subtag), let quality = Self.quality(parts.dropFirst()),
                quality > best.quality
            else { continue }
            best = (language, quality)
        }
        self = best.language
    }

    /// In thousandths. Nil for one that cannot be read.
    private static func quality(_ parameters: ArraySlice<Text>) -> Int64? {
        guard let weight = parameters.compactMap({ $0.dropping(prefix: "q=") }).first else { return 1000 }
        let (whole, decimals) = weight.splitOnce(at: ".") ?? (weight, "")
        guard (whole == "0" || whole == "1"), decimals.count <= 3 else { return nil }
        let padded = whole + decimals + Text(wellFormed: [UInt8](repeating: 0x30, count: 3 - decimals.count))
        return padded.asDecimal().map { min($0, 1000) }
    }
}
