extension Words {
    static let portuguese: StaticString = """
        Entre novamente
        A entrada demorou demais ou foi interrompida. Tentar de novo costuma resolver.
        Não foi possível entrar
        Esta entrada não começou neste navegador, já foi usada ou foi alterada no caminho. Comece de novo.
        Você não entrou
        A entrada foi cancelada, ou o serviço de login não a permitiu. Nada mudou.
        Esta conta não pode usar este site
        Você entrou, mas essa conta não tem acesso a este site. Use outra conta ou fale com o responsável pelo site.
        Você não entrou no serviço de login
        Este site tentou fazer sua entrada sem perguntar. Entre primeiro no serviço de login e depois volte.
        O serviço de login precisa perguntar algo
        Este site pediu que ele não interrompesse você. Abra o serviço de login e depois volte.
        É necessário o seu consentimento
        O serviço de login só pode informar sua identidade a este site depois que você concordar.
        Você tem mais de uma conta
        O serviço de login não sabe qual das suas contas usar. Escolha uma lá e depois volte.
        Este site exige uma entrada mais segura
        Você entrou, mas não da forma que este site exige, por exemplo com um segundo fator. Configure isso no serviço de login e tente de novo.
        Entre para continuar
        Você não entrou ou sua sessão terminou. Entre e repita o que estava fazendo.
        Este site exige uma nova entrada
        O serviço de login usou uma entrada anterior em vez de perguntar de novo. Saia do serviço e tente de novo.
        Solicitação recusada
        A solicitação veio de outro site, ou de uma forma que este endereço não aceita. Nada mudou.
        Cookies demais deste site
        Não há espaço para outra entrada. Saia primeiro ou apague os cookies deste site.
        A entrada não está disponível
        A configuração deste site precisa de atenção. Se o problema continuar, fale com o responsável pelo site.
        O serviço de login não responde
        Não foi possível contatar o serviço de login, ou ele enviou uma resposta inválida. Tente de novo em breve.
        Tentar de novo
        Voltar ao site
        Usar outra conta
        Entrar de outra forma
        Código para o suporte:
        Entrar
        Escolha a conta com que deseja entrar.
        Continuar com {}
        Sair?
        Para voltar, você precisará entrar novamente.
        Sair
        Continuar conectado
        Você não entrou
        Não há sessão para encerrar.
        """
}
