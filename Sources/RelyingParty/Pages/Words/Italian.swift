extension Words {
    static let italian: StaticString = """
        Acceda di nuovo
        L’accesso ha richiesto troppo tempo o è stato interrotto. Di solito basta riprovare.
        Accesso non riuscito
        Questo accesso non è iniziato in questo browser, è già stato usato o è stato modificato lungo il percorso. Ricominci da capo.
        Accesso non effettuato
        L’accesso è stato annullato, oppure il servizio di accesso non lo ha consentito. Non è cambiato nulla.
        Questo account non può usare questo sito
        L’accesso è riuscito, ma questo account non è autorizzato a usare il sito. Usi un altro account o si rivolga al gestore del sito.
        Accesso al servizio non effettuato
        Questo sito ha provato a farla accedere senza chiedere nulla. Acceda prima al servizio di accesso, poi torni qui.
        Il servizio di accesso deve farle una domanda
        Questo sito gli ha chiesto di non interromperla. Apra il servizio di accesso, poi torni qui.
        È necessario il suo consenso
        Il servizio di accesso può comunicare la sua identità a questo sito solo dopo il suo consenso.
        Ha più di un account
        Il servizio di accesso non sa quale dei suoi account usare. Ne scelga uno, poi torni qui.
        Questo sito richiede un accesso più sicuro
        L’accesso è riuscito, ma non nel modo richiesto da questo sito, per esempio con un secondo fattore. Lo configuri presso il servizio di accesso, poi riprovi.
        Effettui l’accesso
        L’accesso non è stato effettuato o la sessione è terminata. Acceda e ripeta l’operazione.
        Questo sito richiede un nuovo accesso
        Il servizio di accesso ha usato un accesso precedente invece di chiederlo di nuovo. Esca da quel servizio, poi riprovi.
        Richiesta rifiutata
        La richiesta proviene da un altro sito, o in un modo che questo indirizzo non accetta. Non è cambiato nulla.
        Troppi cookie di questo sito
        Non c’è spazio per un altro accesso. Esca prima, oppure elimini i cookie di questo sito.
        Accesso non disponibile
        La configurazione di questo sito va controllata. Se il problema persiste, si rivolga al gestore del sito.
        Il servizio di accesso non risponde
        Il servizio di accesso non è raggiungibile o ha inviato una risposta non valida. Riprovi tra poco.
        Riprova
        Torna al sito
        Usa un altro account
        Accedi in un altro modo
        Codice per l’assistenza:
        Accedi
        Scelga l’account con cui accedere.
        Continua con {}
        Vuole uscire?
        Per tornare dovrà accedere di nuovo.
        Esci
        Resta connesso
        Accesso non effettuato
        Non c’è nessuna sessione da chiudere.
        """
}
