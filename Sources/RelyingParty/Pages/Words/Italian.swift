extension Words {
    static let italian: StaticString = """
        tryAgainTitle: Acceda di nuovo
        tryAgainText: L’accesso ha richiesto troppo tempo o è stato interrotto. Di solito basta riprovare.
        startOverTitle: Accesso non riuscito
        startOverText: Questo accesso non è iniziato in questo browser, è già stato usato o è stato modificato lungo il percorso. Ricominci da capo.
        cancelledTitle: Accesso non effettuato
        cancelledText: L’accesso è stato annullato, oppure il servizio di accesso non lo ha consentito. Non è cambiato nulla.
        notAllowedTitle: Questo account non può usare questo sito
        notAllowedText: L’accesso è riuscito, ma questo account non è autorizzato a usare il sito. Usi un altro account o si rivolga al gestore del sito.
        signInTitle: Accesso al servizio non effettuato
        signInText: Questo sito ha provato a farla accedere senza chiedere nulla. Acceda prima al servizio di accesso, poi torni qui.
        interactTitle: Il servizio di accesso deve farle una domanda
        interactText: Questo sito gli ha chiesto di non interromperla. Apra il servizio di accesso, poi torni qui.
        consentTitle: È necessario il suo consenso
        consentText: Il servizio di accesso può comunicare la sua identità a questo sito solo dopo il suo consenso.
        chooseAccountTitle: Ha più di un account
        chooseAccountText: Il servizio di accesso non sa quale dei suoi account usare. Ne scelga uno, poi torni qui.
        authenticateStrongerTitle: Questo sito richiede un accesso più sicuro
        authenticateStrongerText: L’accesso è riuscito, ma non nel modo richiesto da questo sito, per esempio con un secondo fattore. Lo configuri presso il servizio di accesso, poi riprovi.
        needsLoginTitle: Effettui l’accesso
        needsLoginText: L’accesso non è stato effettuato o la sessione è terminata. Acceda e ripeta l’operazione.
        authenticateAnewTitle: Questo sito richiede un nuovo accesso
        authenticateAnewText: Il servizio di accesso ha usato un accesso precedente invece di chiederlo di nuovo. Esca da quel servizio, poi riprovi.
        notDoneTitle: Richiesta rifiutata
        notDoneText: La richiesta proviene da un altro sito, o in un modo che questo indirizzo non accetta. Non è cambiato nulla.
        signOutFirstTitle: Troppi cookie di questo sito
        signOutFirstText: Non c’è spazio per un altro accesso. Esca prima, oppure elimini i cookie di questo sito.
        askOperatorTitle: Accesso non disponibile
        askOperatorText: La configurazione di questo sito va controllata. Se il problema persiste, si rivolga al gestore del sito.
        providerTroubleTitle: Il servizio di accesso non risponde
        providerTroubleText: Il servizio di accesso non è raggiungibile o ha inviato una risposta non valida. Riprovi tra poco.
        retryLink: Riprova
        homeLink: Torna al sito
        otherAccountLink: Usa un altro account
        otherProvidersLink: Accedi in un altro modo
        codeForSupport: Codice per l’assistenza:
        chooserTitle: Accedi
        chooserText: Scelga l’account con cui accedere.
        providerLink: Continua con {}
        logoutTitle: Vuole uscire?
        logoutText: Per tornare dovrà accedere di nuovo.
        logoutButton: Esci
        stayLink: Resta connesso
        signedOutTitle: Accesso non effettuato
        signedOutText: Non c’è nessuna sessione da chiudere.
        logoutEverywhereButton: Esci ovunque
        signedInTitle: Accesso effettuato
        signedInText: Puoi chiudere questa finestra.
        """
}
