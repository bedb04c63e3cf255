extension Words {
    static let chinese: StaticString = """
        tryAgainTitle: 请重新登录
        tryAgainText: 登录时间过长或已中断。通常再试一次即可。
        startOverTitle: 登录失败
        startOverText: 此次登录不是在此浏览器中开始的、已被使用，或在途中被更改。请重新开始。
        cancelledTitle: 您尚未登录
        cancelledText: 登录已取消，或登录服务不允许登录。没有任何更改。
        notAllowedTitle: 此账号无法使用本网站
        notAllowedText: 您已登录，但该账号无权访问本网站。请使用其他账号，或联系网站管理员。
        signInTitle: 您尚未在登录服务中登录
        signInText: 本网站尝试在不询问您的情况下登录。请先在登录服务中登录，然后返回。
        interactTitle: 登录服务需要向您确认
        interactText: 本网站曾要求它不要打扰您。请打开登录服务，然后返回。
        consentTitle: 需要您的同意
        consentText: 只有在您于登录服务中同意之后，它才能向本网站提供您的身份信息。
        chooseAccountTitle: 您有多个账号
        chooseAccountText: 登录服务不知道该使用您的哪个账号。请在那里选择一个，然后返回。
        authenticateStrongerTitle: 本网站需要更安全的登录方式
        authenticateStrongerText: 您已登录，但未采用本网站要求的方式，例如双重验证。请在登录服务中完成设置，然后重试。
        needsLoginTitle: 请先登录
        needsLoginText: 您尚未登录，或会话已结束。请登录后重新操作。
        authenticateAnewTitle: 本网站需要重新验证您的身份
        authenticateAnewText: 登录服务使用了较早的登录，而没有再次要求您登录。请先在该服务退出登录，然后重试。
        notDoneTitle: 请求被拒绝
        notDoneText: 该请求来自其他网站，或采用了此地址不接受的方式。没有任何更改。
        signOutFirstTitle: 本网站的 Cookie 过多
        signOutFirstText: 没有空间进行新的登录。请先退出登录，或删除本网站的 Cookie。
        askOperatorTitle: 暂时无法登录
        askOperatorText: 本网站的配置需要检查。如果问题持续存在，请联系网站管理员。
        providerTroubleTitle: 登录服务没有响应
        providerTroubleText: 无法连接登录服务，或其返回了无效的响应。请稍后再试。
        retryLink: 重试
        homeLink: 返回网站
        otherAccountLink: 使用其他账号
        otherProvidersLink: 使用其他方式登录
        codeForSupport: 支持代码：
        chooserTitle: 登录
        chooserText: 请选择用于登录的账号。
        providerLink: 使用 {} 继续
        logoutTitle: 要退出登录吗？
        logoutText: 再次访问时需要重新登录。
        logoutButton: 退出登录
        stayLink: 保持登录
        signedOutTitle: 您尚未登录
        signedOutText: 无需退出登录。
        logoutEverywhereButton: 在所有设备上退出登录
        signedInTitle: 您已登录
        signedInText: 您可以关闭此窗口。
        """
}
