extension Words {
    static let german: StaticString = """
        Bitte melden Sie sich erneut an
        Die Anmeldung hat zu lange gedauert oder wurde unterbrochen. Ein neuer Versuch hilft meistens.
        Anmeldung fehlgeschlagen
        Diese Anmeldung wurde nicht in diesem Browser begonnen, bereits verwendet oder unterwegs verändert. Bitte beginnen Sie von vorn.
        Sie sind nicht angemeldet
        Die Anmeldung wurde abgebrochen oder vom Anmeldedienst nicht zugelassen. Es hat sich nichts geändert.
        Dieses Konto darf diese Website nicht nutzen
        Sie haben sich angemeldet, aber dieses Konto hat keinen Zugang zu dieser Website. Nutzen Sie ein anderes Konto oder wenden Sie sich an den Betreiber.
        Sie sind beim Anmeldedienst nicht angemeldet
        Diese Website wollte Sie ohne Rückfrage anmelden. Melden Sie sich zuerst beim Anmeldedienst an und kommen Sie dann zurück.
        Der Anmeldedienst hat eine Rückfrage
        Diese Website hat ihn gebeten, Sie nicht zu unterbrechen. Öffnen Sie den Anmeldedienst und kommen Sie dann zurück.
        Ihre Zustimmung ist nötig
        Der Anmeldedienst darf dieser Website erst mitteilen, wer Sie sind, wenn Sie dort zugestimmt haben.
        Sie haben mehrere Konten
        Der Anmeldedienst weiß nicht, welches Ihrer Konten er verwenden soll. Wählen Sie dort eines aus und kommen Sie dann zurück.
        Diese Website verlangt eine stärkere Anmeldung
        Sie haben sich angemeldet, aber nicht so, wie diese Website es verlangt, zum Beispiel mit einem zweiten Faktor. Richten Sie das beim Anmeldedienst ein und versuchen Sie es dann erneut.
        Bitte melden Sie sich an
        Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet. Melden Sie sich an und wiederholen Sie, was Sie gerade tun wollten.
        Diese Website verlangt eine neue Anmeldung
        Der Anmeldedienst hat eine frühere Anmeldung verwendet, statt Sie erneut zu fragen. Melden Sie sich dort ab und versuchen Sie es dann erneut.
        Anfrage abgelehnt
        Die Anfrage kam von einer anderen Website oder auf eine Weise, die diese Adresse nicht annimmt. Es hat sich nichts geändert.
        Zu viele Cookies dieser Website
        Für eine weitere Anmeldung ist kein Platz. Melden Sie sich zuerst ab oder löschen Sie die Cookies dieser Website.
        Anmeldung nicht verfügbar
        Die Einstellungen dieser Website müssen überprüft werden. Wenn das Problem bestehen bleibt, wenden Sie sich an den Betreiber.
        Der Anmeldedienst antwortet nicht
        Der Dienst, bei dem Sie sich anmelden, war nicht erreichbar oder hat eine ungültige Antwort gesendet. Bitte versuchen Sie es bald erneut.
        Erneut versuchen
        Zurück zur Website
        Anderes Konto verwenden
        Anders anmelden
        Code für den Support:
        Anmelden
        Wählen Sie das Konto, mit dem Sie sich anmelden möchten.
        Weiter mit {}
        Abmelden?
        Um zurückzukehren, müssen Sie sich erneut anmelden.
        Abmelden
        Angemeldet bleiben
        Sie sind nicht angemeldet
        Sie müssen sich nicht abmelden.
        """
}
