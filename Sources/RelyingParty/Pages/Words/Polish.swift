extension Words {
    static let polish: StaticString = """
        tryAgainTitle: Zaloguj się ponownie
        tryAgainText: Logowanie trwało zbyt długo lub zostało przerwane. Zwykle wystarczy spróbować ponownie.
        startOverTitle: Logowanie nie powiodło się
        startOverText: To logowanie nie rozpoczęło się w tej przeglądarce, zostało już wykorzystane lub zmienione po drodze. Zacznij od nowa.
        cancelledTitle: Nie zalogowano
        cancelledText: Logowanie anulowano albo usługa logowania na nie nie zezwoliła. Nic się nie zmieniło.
        notAllowedTitle: To konto nie może korzystać z tej witryny
        notAllowedText: Logowanie się udało, ale to konto nie ma dostępu do tej witryny. Użyj innego konta lub skontaktuj się z administratorem witryny.
        signInTitle: Brak zalogowania w usłudze logowania
        signInText: Ta witryna próbowała przeprowadzić logowanie bez pytania. Zaloguj się najpierw w usłudze logowania, a potem wróć.
        interactTitle: Usługa logowania musi o coś zapytać
        interactText: Ta witryna poprosiła ją, aby tego nie robiła. Otwórz usługę logowania, a potem wróć.
        consentTitle: Potrzebna jest Twoja zgoda
        consentText: Usługa logowania może przekazać tej witrynie Twoją tożsamość dopiero po wyrażeniu tam zgody.
        chooseAccountTitle: Masz więcej niż jedno konto
        chooseAccountText: Usługa logowania nie wie, którego z Twoich kont użyć. Wybierz tam jedno, a potem wróć.
        authenticateStrongerTitle: Ta witryna wymaga silniejszego logowania
        authenticateStrongerText: Logowanie się udało, ale nie w sposób wymagany przez tę witrynę, na przykład z drugim składnikiem. Skonfiguruj to w usłudze logowania, a potem spróbuj ponownie.
        needsLoginTitle: Wymagane jest logowanie
        needsLoginText: Nie zalogowano Cię lub sesja wygasła. Zaloguj się i powtórz czynność.
        authenticateAnewTitle: Ta witryna wymaga nowego logowania
        authenticateAnewText: Usługa logowania użyła wcześniejszego logowania, zamiast zapytać ponownie. Wyloguj się w niej, a potem spróbuj ponownie.
        notDoneTitle: Żądanie odrzucone
        notDoneText: Żądanie pochodziło z innej witryny lub miało postać, której ten adres nie przyjmuje. Nic się nie zmieniło.
        signOutFirstTitle: Za dużo plików cookie tej witryny
        signOutFirstText: Nie ma miejsca na kolejne logowanie. Najpierw się wyloguj lub usuń pliki cookie tej witryny.
        askOperatorTitle: Logowanie jest niedostępne
        askOperatorText: Konfiguracja tej witryny wymaga uwagi. Jeśli problem się powtarza, skontaktuj się z administratorem witryny.
        providerTroubleTitle: Usługa logowania nie odpowiada
        providerTroubleText: Usługa logowania jest nieosiągalna lub wysłała nieprawidłową odpowiedź. Spróbuj ponownie za chwilę.
        retryLink: Spróbuj ponownie
        homeLink: Wróć do witryny
        otherAccountLink: Użyj innego konta
        otherProvidersLink: Zaloguj się inaczej
        codeForSupport: Kod dla pomocy technicznej:
        chooserTitle: Zaloguj się
        chooserText: Wybierz konto, którym chcesz się zalogować.
        providerLink: Kontynuuj z {}
        logoutTitle: Wylogować się?
        logoutText: Aby wrócić, trzeba będzie zalogować się ponownie.
        logoutButton: Wyloguj się
        stayLink: Pozostań zalogowany
        signedOutTitle: Nie zalogowano
        signedOutText: Nie ma sesji do zakończenia.
        logoutEverywhereButton: Wyloguj się wszędzie
        signedInTitle: Zalogowano
        signedInText: Możesz zamknąć to okno.
        """
}
