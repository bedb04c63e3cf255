extension Words {
    static let dutch: StaticString = """
        tryAgainTitle: Log opnieuw in
        tryAgainText: Het inloggen duurde te lang of werd onderbroken. Opnieuw proberen helpt meestal.
        startOverTitle: Inloggen mislukt
        startOverText: Deze aanmelding is niet in deze browser begonnen, is al gebruikt of is onderweg gewijzigd. Begin opnieuw.
        cancelledTitle: U bent niet ingelogd
        cancelledText: Het inloggen is geannuleerd, of de inlogdienst stond het niet toe. Er is niets gewijzigd.
        notAllowedTitle: Dit account mag deze site niet gebruiken
        notAllowedText: U bent ingelogd, maar dit account heeft geen toegang tot deze site. Gebruik een ander account of neem contact op met de beheerder.
        signInTitle: U bent niet ingelogd bij de inlogdienst
        signInText: Deze site probeerde u in te loggen zonder iets te vragen. Log eerst in bij de inlogdienst en kom dan terug.
        interactTitle: De inlogdienst moet u iets vragen
        interactText: Deze site heeft gevraagd u niet te storen. Open de inlogdienst en kom dan terug.
        consentTitle: Uw toestemming is nodig
        consentText: De inlogdienst mag uw identiteit pas met deze site delen nadat u daar toestemming hebt gegeven.
        chooseAccountTitle: U hebt meer dan één account
        chooseAccountText: De inlogdienst weet niet welk account u wilt gebruiken. Kies er daar een en kom dan terug.
        authenticateStrongerTitle: Deze site vereist een sterkere aanmelding
        authenticateStrongerText: U bent ingelogd, maar niet op de manier die deze site vereist, bijvoorbeeld met een tweede factor. Stel dat in bij de inlogdienst en probeer het opnieuw.
        needsLoginTitle: Log eerst in
        needsLoginText: U bent niet ingelogd, of uw sessie is beëindigd. Log in en herhaal wat u aan het doen was.
        authenticateAnewTitle: Deze site vereist een nieuwe aanmelding
        authenticateAnewText: De inlogdienst gebruikte een eerdere aanmelding in plaats van u opnieuw te laten inloggen. Log daar uit en probeer het opnieuw.
        notDoneTitle: Verzoek geweigerd
        notDoneText: Het verzoek kwam van een andere site, of op een manier die dit adres niet accepteert. Er is niets gewijzigd.
        signOutFirstTitle: Te veel cookies voor deze site
        signOutFirstText: Er is geen ruimte voor nog een aanmelding. Log eerst uit of verwijder de cookies van deze site.
        askOperatorTitle: Inloggen is niet mogelijk
        askOperatorText: De instellingen van deze site moeten worden nagekeken. Neem contact op met de beheerder als het probleem aanhoudt.
        providerTroubleTitle: De inlogdienst reageert niet
        providerTroubleText: De dienst waarmee u inlogt was niet bereikbaar of stuurde een ongeldig antwoord. Probeer het zo dadelijk opnieuw.
        retryLink: Opnieuw proberen
        homeLink: Terug naar de site
        otherAccountLink: Ander account gebruiken
        otherProvidersLink: Op een andere manier inloggen
        codeForSupport: Code voor ondersteuning:
        chooserTitle: Inloggen
        chooserText: Kies het account waarmee u wilt inloggen.
        providerLink: Doorgaan met {}
        logoutTitle: Uitloggen?
        logoutText: Om terug te komen moet u opnieuw inloggen.
        logoutButton: Uitloggen
        stayLink: Ingelogd blijven
        signedOutTitle: U bent niet ingelogd
        signedOutText: U hoeft niet uit te loggen.
        logoutEverywhereButton: Overal afmelden
        signedInTitle: U bent ingelogd
        signedInText: U kunt dit venster sluiten.
        """
}
