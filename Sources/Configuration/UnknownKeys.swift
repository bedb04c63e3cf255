import Basics

extension Section {
    /// Reports a key that this table does not have, with the one that may be meant.
    func reportUnknown(_ key: Text, known: [Text]) {
        if let advice = ConfigurationKeys.advice(forForeign: key) {
            report(key, advice)
        } else if let nearest = NearestKey.to(key, among: known) {
            report(key, "is not a known key; is \(nearest) meant?")
        } else {
            report(key, "is not a known key; docs/configuration.md lists them")
        }
    }
}
