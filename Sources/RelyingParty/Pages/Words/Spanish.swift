extension Words {
    static let spanish: StaticString = """
        tryAgainTitle: Inicie sesión de nuevo
        tryAgainText: El inicio de sesión tardó demasiado o se interrumpió. Suele bastar con intentarlo otra vez.
        startOverTitle: No se pudo iniciar sesión
        startOverText: Este inicio de sesión no comenzó en este navegador, ya se usó o se modificó por el camino. Empiece de nuevo.
        cancelledTitle: No ha iniciado sesión
        cancelledText: El inicio de sesión se canceló, o el servicio de acceso no lo permitió. No ha cambiado nada.
        notAllowedTitle: Esta cuenta no puede usar este sitio
        notAllowedText: Ha iniciado sesión, pero esa cuenta no tiene acceso a este sitio. Use otra cuenta o consulte al responsable del sitio.
        signInTitle: No ha iniciado sesión en el servicio de acceso
        signInText: Este sitio intentó iniciar su sesión sin preguntarle. Inicie sesión primero en el servicio de acceso y vuelva después.
        interactTitle: El servicio de acceso necesita preguntarle algo
        interactText: Este sitio le pidió que no le interrumpiera. Abra el servicio de acceso y vuelva después.
        consentTitle: Se necesita su consentimiento
        consentText: El servicio de acceso solo puede compartir su identidad con este sitio después de que usted lo acepte allí.
        chooseAccountTitle: Tiene más de una cuenta
        chooseAccountText: El servicio de acceso no sabe cuál de sus cuentas usar. Elija una allí y vuelva después.
        authenticateStrongerTitle: Este sitio exige un inicio de sesión más seguro
        authenticateStrongerText: Ha iniciado sesión, pero no de la forma que exige este sitio, por ejemplo con un segundo factor. Configúrelo en el servicio de acceso e inténtelo de nuevo.
        needsLoginTitle: Inicie sesión para continuar
        needsLoginText: No ha iniciado sesión o su sesión ha terminado. Inicie sesión y repita lo que estaba haciendo.
        authenticateAnewTitle: Este sitio exige un nuevo inicio de sesión
        authenticateAnewText: El servicio de acceso usó un inicio de sesión anterior en lugar de volver a preguntarle. Cierre la sesión allí e inténtelo de nuevo.
        notDoneTitle: Solicitud rechazada
        notDoneText: La solicitud vino de otro sitio, o de una forma que esta dirección no acepta. No ha cambiado nada.
        signOutFirstTitle: Demasiadas cookies de este sitio
        signOutFirstText: No queda espacio para otro inicio de sesión. Cierre la sesión primero o borre las cookies de este sitio.
        askOperatorTitle: El inicio de sesión no está disponible
        askOperatorText: Hay que revisar la configuración de este sitio. Si el problema continúa, contacte con el responsable del sitio.
        providerTroubleTitle: El servicio de acceso no responde
        providerTroubleText: No se pudo contactar con el servicio de acceso, o envió una respuesta no válida. Inténtelo de nuevo en unos minutos.
        retryLink: Intentar de nuevo
        homeLink: Volver al sitio
        otherAccountLink: Usar otra cuenta
        otherProvidersLink: Iniciar sesión de otra forma
        codeForSupport: Código para soporte:
        chooserTitle: Iniciar sesión
        chooserText: Elija la cuenta con la que quiere iniciar sesión.
        providerLink: Continuar con {}
        logoutTitle: ¿Cerrar la sesión?
        logoutText: Para volver tendrá que iniciar sesión de nuevo.
        logoutButton: Cerrar sesión
        stayLink: Mantener la sesión
        signedOutTitle: No ha iniciado sesión
        signedOutText: No hay ninguna sesión que cerrar.
        logoutEverywhereButton: Cerrar sesión en todas partes
        signedInTitle: Ha iniciado sesión
        signedInText: Puede cerrar esta ventana.
        """
}
