extension Words {
    static let polish: StaticString = """
        Zaloguj się ponownie
        Logowanie trwało zbyt długo lub zostało przerwane. Zwykle wystarczy spróbować ponownie.
        Logowanie nie powiodło się
        To logowanie nie rozpoczęło się w tej przeglądarce, zostało już wykorzystane lub zmienione po drodze. Zacznij od nowa.
        Nie zalogowano
        Logowanie anulowano albo usługa logowania na nie nie zezwoliła. Nic się nie zmieniło.
        To konto nie może korzystać z tej witryny
        Logowanie się udało, ale to konto nie ma dostępu do tej witryny. Użyj innego konta lub skontaktuj się z administratorem witryny.
        Brak zalogowania w usłudze logowania
        Ta witryna próbowała przeprowadzić logowanie bez pytania. Zaloguj się najpierw w usłudze logowania, a potem wróć.
        Usługa logowania musi o coś zapytać
        Ta witryna poprosiła ją, aby tego nie robiła. Otwórz usługę logowania, a potem wróć.
        Potrzebna jest Twoja zgoda
        Usługa logowania może przekazać tej witrynie Twoją tożsamość dopiero po wyrażeniu tam zgody.
        Masz więcej niż jedno konto
        Usługa logowania nie wie, którego z Twoich kont użyć. Wybierz tam jedno, a potem wróć.
        Ta witryna wymaga silniejszego logowania
        Logowanie się udało, ale nie w sposób wymagany przez tę witrynę, na przykład z drugim składnikiem. Skonfiguruj to w usłudze logowania, a potem spróbuj ponownie.
        Wymagane jest logowanie
        Nie zalogowano Cię lub sesja wygasła. Zaloguj się i powtórz czynność.
        Ta witryna wymaga nowego logowania
        Usługa logowania użyła wcześniejszego logowania, zamiast zapytać ponownie. Wyloguj się w niej, a potem spróbuj ponownie.
        Żądanie odrzucone
        Żądanie pochodziło z innej witryny lub miało postać, której ten adres nie przyjmuje. Nic się nie zmieniło.
        Za dużo plików cookie tej witryny
        Nie ma miejsca na kolejne logowanie. Najpierw się wyloguj lub usuń pliki cookie tej witryny.
        Logowanie jest niedostępne
        Konfiguracja tej witryny wymaga uwagi. Jeśli problem się powtarza, skontaktuj się z administratorem witryny.
        Usługa logowania nie odpowiada
        Usługa logowania jest nieosiągalna lub wysłała nieprawidłową odpowiedź. Spróbuj ponownie za chwilę.
        Spróbuj ponownie
        Wróć do witryny
        Użyj innego konta
        Zaloguj się inaczej
        Kod dla pomocy technicznej:
        Zaloguj się
        Wybierz konto, którym chcesz się zalogować.
        Kontynuuj z {}
        Wylogować się?
        Aby wrócić, trzeba będzie zalogować się ponownie.
        Wyloguj się
        Pozostań zalogowany
        Nie zalogowano
        Nie ma sesji do zakończenia.
        """
}
