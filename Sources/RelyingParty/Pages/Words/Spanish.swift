extension Words {
    static let spanish: StaticString = """
        Inicie sesión de nuevo
        El inicio de sesión tardó demasiado o se interrumpió. Suele bastar con intentarlo otra vez.
        No se pudo iniciar sesión
        Este inicio de sesión no comenzó en este navegador, ya se usó o se modificó por el camino. Empiece de nuevo.
        No ha iniciado sesión
        El inicio de sesión se canceló, o el servicio de acceso no lo permitió. No ha cambiado nada.
        Esta cuenta no puede usar este sitio
        Ha iniciado sesión, pero esa cuenta no tiene acceso a este sitio. Use otra cuenta o consulte al responsable del sitio.
        No ha iniciado sesión en el servicio de acceso
        Este sitio intentó iniciar su sesión sin preguntarle. Inicie sesión primero en el servicio de acceso y vuelva después.
        El servicio de acceso necesita preguntarle algo
        Este sitio le pidió que no le interrumpiera. Abra el servicio de acceso y vuelva después.
        Se necesita su consentimiento
        El servicio de acceso solo puede compartir su identidad con este sitio después de que usted lo acepte allí.
        Tiene más de una cuenta
        El servicio de acceso no sabe cuál de sus cuentas usar. Elija una allí y vuelva después.
        Este sitio exige un inicio de sesión más seguro
        Ha iniciado sesión, pero no de la forma que exige este sitio, por ejemplo con un segundo factor. Configúrelo en el servicio de acceso e inténtelo de nuevo.
        Inicie sesión para continuar
        No ha iniciado sesión o su sesión ha terminado. Inicie sesión y repita lo que estaba haciendo.
        Este sitio exige un nuevo inicio de sesión
        El servicio de acceso usó un inicio de sesión anterior en lugar de volver a preguntarle. Cierre la sesión allí e inténtelo de nuevo.
        Solicitud rechazada
        La solicitud vino de otro sitio, o de una forma que esta dirección no acepta. No ha cambiado nada.
        Demasiadas cookies de este sitio
        No queda espacio para otro inicio de sesión. Cierre la sesión primero o borre las cookies de este sitio.
        El inicio de sesión no está disponible
        Hay que revisar la configuración de este sitio. Si el problema continúa, contacte con el responsable del sitio.
        El servicio de acceso no responde
        No se pudo contactar con el servicio de acceso, o envió una respuesta no válida. Inténtelo de nuevo en unos minutos.
        Intentar de nuevo
        Volver al sitio
        Usar otra cuenta
        Iniciar sesión de otra forma
        Código para soporte:
        Iniciar sesión
        Elija la cuenta con la que quiere iniciar sesión.
        Continuar con {}
        ¿Cerrar la sesión?
        Para volver tendrá que iniciar sesión de nuevo.
        Cerrar sesión
        Mantener la sesión
        No ha iniciado sesión
        No hay ninguna sesión que cerrar.
        """
}
