extension Words {
    static let french: StaticString = """
        Veuillez vous reconnecter
        La connexion a pris trop de temps ou a été interrompue. Un nouvel essai suffit généralement.
        Échec de la connexion
        Cette connexion n’a pas commencé dans ce navigateur, a déjà servi ou a été modifiée en chemin. Veuillez recommencer.
        Vous n’êtes pas connecté
        La connexion a été annulée, ou le service de connexion ne l’a pas autorisée. Rien n’a changé.
        Ce compte ne peut pas utiliser ce site
        Vous vous êtes connecté, mais ce compte n’a pas accès à ce site. Utilisez un autre compte ou contactez le responsable du site.
        Vous n’êtes pas connecté au service de connexion
        Ce site a essayé de vous connecter sans rien vous demander. Connectez-vous d’abord au service de connexion, puis revenez.
        Le service de connexion a une question à vous poser
        Ce site lui a demandé de ne pas vous interrompre. Ouvrez le service de connexion, puis revenez.
        Votre accord est nécessaire
        Le service de connexion ne peut communiquer votre identité à ce site qu’après votre accord.
        Vous avez plusieurs comptes
        Le service de connexion ne sait pas lequel de vos comptes utiliser. Choisissez-en un, puis revenez.
        Ce site demande une connexion plus sûre
        Vous vous êtes connecté, mais pas de la manière exigée par ce site, par exemple avec un second facteur. Configurez-le auprès du service de connexion, puis réessayez.
        Veuillez vous connecter
        Vous n’êtes pas connecté, ou votre session a pris fin. Connectez-vous, puis recommencez ce que vous faisiez.
        Ce site demande une nouvelle connexion
        Le service de connexion a repris une connexion antérieure au lieu de vous demander de vous reconnecter. Déconnectez-vous de ce service, puis réessayez.
        Requête refusée
        La requête venait d’un autre site, ou d’une manière que cette adresse n’accepte pas. Rien n’a changé.
        Trop de cookies pour ce site
        Il n’y a plus de place pour une autre connexion. Déconnectez-vous d’abord ou supprimez les cookies de ce site.
        Connexion indisponible
        La configuration de ce site doit être vérifiée. Si le problème persiste, contactez le responsable du site.
        Le service de connexion ne répond pas
        Le service qui vous connecte est injoignable ou a envoyé une réponse non valide. Veuillez réessayer bientôt.
        Réessayer
        Retour au site
        Utiliser un autre compte
        Se connecter autrement
        Code pour l’assistance :
        Se connecter
        Choisissez le compte avec lequel vous connecter.
        Continuer avec {}
        Se déconnecter ?
        Vous devrez vous reconnecter pour revenir.
        Se déconnecter
        Rester connecté
        Vous n’êtes pas connecté
        Il n’y a rien à déconnecter.
        """
}
