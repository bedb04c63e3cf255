package import Basics
import CStauth

extension String {
    /// The library's text, as Swift's own.
    package init(_ text: Text) { self.init(decoding: text.bytes, as: UTF8.self) }
}

extension Text {
    /// Swift's text, as the library's.
    package init(_ string: String) { self.init(wellFormed: string.utf8) }
}

/// The version of program and library, which are one.
package var programVersion: String { ST_VERSION_STRING }
