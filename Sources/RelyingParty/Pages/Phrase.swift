import Basics
import Settings

/// What the pages say. Each language has one line for each phrase, in this order: its name here, a colon and the words.
enum Phrase: Int, CaseIterable {
    case tryAgainTitle, tryAgainText
    case startOverTitle, startOverText
    case cancelledTitle, cancelledText
    case notAllowedTitle, notAllowedText
    case signInTitle, signInText
    case interactTitle, interactText
    case consentTitle, consentText
    case chooseAccountTitle, chooseAccountText
    case authenticateStrongerTitle, authenticateStrongerText
    case needsLoginTitle, needsLoginText
    case authenticateAnewTitle, authenticateAnewText
    case notDoneTitle, notDoneText
    case signOutFirstTitle, signOutFirstText
    case askOperatorTitle, askOperatorText
    case providerTroubleTitle, providerTroubleText

    case retryLink, homeLink, otherAccountLink, otherProvidersLink, codeForSupport
    /// "{}" stands for the provider's name.
    case chooserTitle, chooserText, providerLink
    case logoutTitle, logoutText, logoutButton, stayLink
    case signedOutTitle, signedOutText
    case logoutEverywhereButton
    case signedInTitle, signedInText
}

extension PageLanguage {
    func text(_ phrase: Phrase) -> Text {
        Text(words).split(at: "\n").dropFirst(phrase.rawValue).first?.splitOnce(at: ":")?.after.trimmed() ?? ""
    }

    /// The lines of all phrases.
    var words: StaticString {
        switch self {
        case .english: Words.english
        case .arabic: Words.arabic
        case .chinese: Words.chinese
        case .dutch: Words.dutch
        case .french: Words.french
        case .german: Words.german
        case .italian: Words.italian
        case .japanese: Words.japanese
        case .polish: Words.polish
        case .portuguese: Words.portuguese
        case .spanish: Words.spanish
        }
    }
}

/// The phrases of each language, in the files of this folder.
enum Words {}
