extension Words {
    static let french: StaticString = """
        tryAgainTitle: Veuillez vous reconnecter
        tryAgainText: La connexion a pris trop de temps ou a été interrompue. Un nouvel essai suffit généralement.
        startOverTitle: Échec de la connexion
        startOverText: Cette connexion n’a pas commencé dans ce navigateur, a déjà servi ou a été modifiée en chemin. Veuillez recommencer.
        cancelledTitle: Vous n’êtes pas connecté
        cancelledText: La connexion a été annulée, ou le service de connexion ne l’a pas autorisée. Rien n’a changé.
        notAllowedTitle: Ce compte ne peut pas utiliser ce site
        notAllowedText: Vous vous êtes connecté, mais ce compte n’a pas accès à ce site. Utilisez un autre compte ou contactez le responsable du site.
        signInTitle: Vous n’êtes pas connecté au service de connexion
        signInText: Ce site a essayé de vous connecter sans rien vous demander. Connectez-vous d’abord au service de connexion, puis revenez.
        interactTitle: Le service de connexion a une question à vous poser
        interactText: Ce site lui a demandé de ne pas vous interrompre. Ouvrez le service de connexion, puis revenez.
        consentTitle: Votre accord est nécessaire
        consentText: Le service de connexion ne peut communiquer votre identité à ce site qu’après votre accord.
        chooseAccountTitle: Vous avez plusieurs comptes
        chooseAccountText: Le service de connexion ne sait pas lequel de vos comptes utiliser. Choisissez-en un, puis revenez.
        authenticateStrongerTitle: Ce site demande une connexion plus sûre
        authenticateStrongerText: Vous vous êtes connecté, mais pas de la manière exigée par ce site, par exemple avec un second facteur. Configurez-le auprès du service de connexion, puis réessayez.
        needsLoginTitle: Veuillez vous connecter
        needsLoginText: Vous n’êtes pas connecté, ou votre session a pris fin. Connectez-vous, puis recommencez ce que vous faisiez.
        authenticateAnewTitle: Ce site demande une nouvelle connexion
        authenticateAnewText: Le service de connexion a repris une connexion antérieure au lieu de vous demander de vous reconnecter. Déconnectez-vous de ce service, puis réessayez.
        notDoneTitle: Requête refusée
        notDoneText: La requête venait d’un autre site, ou d’une manière que cette adresse n’accepte pas. Rien n’a changé.
        signOutFirstTitle: Trop de cookies pour ce site
        signOutFirstText: Il n’y a plus de place pour une autre connexion. Déconnectez-vous d’abord ou supprimez les cookies de ce site.
        askOperatorTitle: Connexion indisponible
        askOperatorText: La configuration de ce site doit être vérifiée. Si le problème persiste, contactez le responsable du site.
        providerTroubleTitle: Le service de connexion ne répond pas
        providerTroubleText: Le service qui vous connecte est injoignable ou a envoyé une réponse non valide. Veuillez réessayer bientôt.
        retryLink: Réessayer
        homeLink: Retour au site
        otherAccountLink: Utiliser un autre compte
        otherProvidersLink: Se connecter autrement
        codeForSupport: Code pour l’assistance :
        chooserTitle: Se connecter
        chooserText: Choisissez le compte avec lequel vous connecter.
        providerLink: Continuer avec {}
        logoutTitle: Se déconnecter ?
        logoutText: Vous devrez vous reconnecter pour revenir.
        logoutButton: Se déconnecter
        stayLink: Rester connecté
        signedOutTitle: Vous n’êtes pas connecté
        signedOutText: Il n’y a rien à déconnecter.
        logoutEverywhereButton: Se déconnecter partout
        signedInTitle: Vous êtes connecté
        signedInText: Vous pouvez fermer cette fenêtre.
        """
}
