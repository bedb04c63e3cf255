extension Words {
    static let portuguese: StaticString = """
        tryAgainTitle: Entre novamente
        tryAgainText: A entrada demorou demais ou foi interrompida. Tentar de novo costuma resolver.
        startOverTitle: Não foi possível entrar
        startOverText: Esta entrada não começou neste navegador, já foi usada ou foi alterada no caminho. Comece de novo.
        cancelledTitle: Você não entrou
        cancelledText: A entrada foi cancelada, ou o serviço de login não a permitiu. Nada mudou.
        notAllowedTitle: Esta conta não pode usar este site
        notAllowedText: Você entrou, mas essa conta não tem acesso a este site. Use outra conta ou fale com o responsável pelo site.
        signInTitle: Você não entrou no serviço de login
        signInText: Este site tentou fazer sua entrada sem perguntar. Entre primeiro no serviço de login e depois volte.
        interactTitle: O serviço de login precisa perguntar algo
        interactText: Este site pediu que ele não interrompesse você. Abra o serviço de login e depois volte.
        consentTitle: É necessário o seu consentimento
        consentText: O serviço de login só pode informar sua identidade a este site depois que você concordar.
        chooseAccountTitle: Você tem mais de uma conta
        chooseAccountText: O serviço de login não sabe qual das suas contas usar. Escolha uma lá e depois volte.
        authenticateStrongerTitle: Este site exige uma entrada mais segura
        authenticateStrongerText: Você entrou, mas não da forma que este site exige, por exemplo com um segundo fator. Configure isso no serviço de login e tente de novo.
        needsLoginTitle: Entre para continuar
        needsLoginText: Você não entrou ou sua sessão terminou. Entre e repita o que estava fazendo.
        authenticateAnewTitle: Este site exige uma nova entrada
        authenticateAnewText: O serviço de login usou uma entrada anterior em vez de perguntar de novo. Saia do serviço e tente de novo.
        notDoneTitle: Solicitação recusada
        notDoneText: A solicitação veio de outro site, ou de uma forma que este endereço não aceita. Nada mudou.
        signOutFirstTitle: Cookies demais deste site
        signOutFirstText: Não há espaço para outra entrada. Saia primeiro ou apague os cookies deste site.
        askOperatorTitle: A entrada não está disponível
        askOperatorText: A configuração deste site precisa de atenção. Se o problema continuar, fale com o responsável pelo site.
        providerTroubleTitle: O serviço de login não responde
        providerTroubleText: Não foi possível contatar o serviço de login, ou ele enviou uma resposta inválida. Tente de novo em breve.
        retryLink: Tentar de novo
        homeLink: Voltar ao site
        otherAccountLink: Usar outra conta
        otherProvidersLink: Entrar de outra forma
        codeForSupport: Código para o suporte:
        chooserTitle: Entrar
        chooserText: Escolha a conta com que deseja entrar.
        providerLink: Continuar com {}
        logoutTitle: Sair?
        logoutText: Para voltar, você precisará entrar novamente.
        logoutButton: Sair
        stayLink: Continuar conectado
        signedOutTitle: Você não entrou
        signedOutText: Não há sessão para encerrar.
        logoutEverywhereButton: Sair em todos os lugares
        signedInTitle: Você entrou
        signedInText: Você pode fechar esta janela.
        """
}
