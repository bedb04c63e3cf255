extension Words {
    static let german: StaticString = """
        tryAgainTitle: Bitte melden Sie sich erneut an
        tryAgainText: Die Anmeldung hat zu lange gedauert oder wurde unterbrochen. Ein neuer Versuch hilft meistens.
        startOverTitle: Anmeldung fehlgeschlagen
        startOverText: Diese Anmeldung wurde nicht in diesem Browser begonnen, bereits verwendet oder unterwegs verändert. Bitte beginnen Sie von vorn.
        cancelledTitle: Sie sind nicht angemeldet
        cancelledText: Die Anmeldung wurde abgebrochen oder vom Anmeldedienst nicht zugelassen. Es hat sich nichts geändert.
        notAllowedTitle: Dieses Konto darf diese Website nicht nutzen
        notAllowedText: Sie haben sich angemeldet, aber dieses Konto hat keinen Zugang zu dieser Website. Nutzen Sie ein anderes Konto oder wenden Sie sich an den Betreiber.
        signInTitle: Sie sind beim Anmeldedienst nicht angemeldet
        signInText: Diese Website wollte Sie ohne Rückfrage anmelden. Melden Sie sich zuerst beim Anmeldedienst an und kommen Sie dann zurück.
        interactTitle: Der Anmeldedienst hat eine Rückfrage
        interactText: Diese Website hat ihn gebeten, Sie nicht zu unterbrechen. Öffnen Sie den Anmeldedienst und kommen Sie dann zurück.
        consentTitle: Ihre Zustimmung ist nötig
        consentText: Der Anmeldedienst darf dieser Website erst mitteilen, wer Sie sind, wenn Sie dort zugestimmt haben.
        chooseAccountTitle: Sie haben mehrere Konten
        chooseAccountText: Der Anmeldedienst weiß nicht, welches Ihrer Konten er verwenden soll. Wählen Sie dort eines aus und kommen Sie dann zurück.
        authenticateStrongerTitle: Diese Website verlangt eine stärkere Anmeldung
        authenticateStrongerText: Sie haben sich angemeldet, aber nicht so, wie diese Website es verlangt, zum Beispiel mit einem zweiten Faktor. Richten Sie das beim Anmeldedienst ein und versuchen Sie es dann erneut.
        needsLoginTitle: Bitte melden Sie sich an
        needsLoginText: Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet. Melden Sie sich an und wiederholen Sie, was Sie gerade tun wollten.
        authenticateAnewTitle: Diese Website verlangt eine neue Anmeldung
        authenticateAnewText: Der Anmeldedienst hat eine frühere Anmeldung verwendet, statt Sie erneut zu fragen. Melden Sie sich dort ab und versuchen Sie es dann erneut.
        notDoneTitle: Anfrage abgelehnt
        notDoneText: Die Anfrage kam von einer anderen Website oder auf eine Weise, die diese Adresse nicht annimmt. Es hat sich nichts geändert.
        signOutFirstTitle: Zu viele Cookies dieser Website
        signOutFirstText: Für eine weitere Anmeldung ist kein Platz. Melden Sie sich zuerst ab oder löschen Sie die Cookies dieser Website.
        askOperatorTitle: Anmeldung nicht verfügbar
        askOperatorText: Die Einstellungen dieser Website müssen überprüft werden. Wenn das Problem bestehen bleibt, wenden Sie sich an den Betreiber.
        providerTroubleTitle: Der Anmeldedienst antwortet nicht
        providerTroubleText: Der Dienst, bei dem Sie sich anmelden, war nicht erreichbar oder hat eine ungültige Antwort gesendet. Bitte versuchen Sie es bald erneut.
        retryLink: Erneut versuchen
        homeLink: Zurück zur Website
        otherAccountLink: Anderes Konto verwenden
        otherProvidersLink: Anders anmelden
        codeForSupport: Code für den Support:
        chooserTitle: Anmelden
        chooserText: Wählen Sie das Konto, mit dem Sie sich anmelden möchten.
        providerLink: Weiter mit {}
        logoutTitle: Abmelden?
        logoutText: Um zurückzukehren, müssen Sie sich erneut anmelden.
        logoutButton: Abmelden
        stayLink: Angemeldet bleiben
        signedOutTitle: Sie sind nicht angemeldet
        signedOutText: Sie müssen sich nicht abmelden.
        logoutEverywhereButton: Überall abmelden
        signedInTitle: Sie sind angemeldet
        signedInText: Sie können dieses Fenster schließen.
        """
}
