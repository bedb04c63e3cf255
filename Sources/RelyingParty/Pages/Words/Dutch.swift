extension Words {
    static let dutch: StaticString = """
        Log opnieuw in
        Het inloggen duurde te lang of werd onderbroken. Opnieuw proberen helpt meestal.
        Inloggen mislukt
        Deze aanmelding is niet in deze browser begonnen, is al gebruikt of is onderweg gewijzigd. Begin opnieuw.
        U bent niet ingelogd
        Het inloggen is geannuleerd, of de inlogdienst stond het niet toe. Er is niets gewijzigd.
        Dit account mag deze site niet gebruiken
        U bent ingelogd, maar dit account heeft geen toegang tot deze site. Gebruik een ander account of neem contact op met de beheerder.
        U bent niet ingelogd bij de inlogdienst
        Deze site probeerde u in te loggen zonder iets te vragen. Log eerst in bij de inlogdienst en kom dan terug.
        De inlogdienst moet u iets vragen
        Deze site heeft gevraagd u niet te storen. Open de inlogdienst en kom dan terug.
        Uw toestemming is nodig
        De inlogdienst mag uw identiteit pas met deze site delen nadat u daar toestemming hebt gegeven.
        U hebt meer dan één account
        De inlogdienst weet niet welk account u wilt gebruiken. Kies er daar een en kom dan terug.
        Deze site vereist een sterkere aanmelding
        U bent ingelogd, maar niet op de manier die deze site vereist, bijvoorbeeld met een tweede factor. Stel dat in bij de inlogdienst en probeer het opnieuw.
        Log eerst in
        U bent niet ingelogd, of uw sessie is beëindigd. Log in en herhaal wat u aan het doen was.
        Deze site vereist een nieuwe aanmelding
        De inlogdienst gebruikte een eerdere aanmelding in plaats van u opnieuw te laten inloggen. Log daar uit en probeer het opnieuw.
        Verzoek geweigerd
        Het verzoek kwam van een andere site, of op een manier die dit adres niet accepteert. Er is niets gewijzigd.
        Te veel cookies voor deze site
        Er is geen ruimte voor nog een aanmelding. Log eerst uit of verwijder de cookies van deze site.
        Inloggen is niet mogelijk
        De instellingen van deze site moeten worden nagekeken. Neem contact op met de beheerder als het probleem aanhoudt.
        De inlogdienst reageert niet
        De dienst waarmee u inlogt was niet bereikbaar of stuurde een ongeldig antwoord. Probeer het zo dadelijk opnieuw.
        Opnieuw proberen
        Terug naar de site
        Ander account gebruiken
        Op een andere manier inloggen
        Code voor ondersteuning:
        Inloggen
        Kies het account waarmee u wilt inloggen.
        Doorgaan met {}
        Uitloggen?
        Om terug te komen moet u opnieuw inloggen.
        Uitloggen
        Ingelogd blijven
        U bent niet ingelogd
        U hoeft niet uit te loggen.
        """
}
