extension Words {
    static let japanese: StaticString = """
        tryAgainTitle: もう一度サインインしてください
        tryAgainText: サインインに時間がかかりすぎたか、中断されました。通常はもう一度試すと解決します。
        startOverTitle: サインインできませんでした
        startOverText: このサインインは、このブラウザーで始められたものではないか、すでに使用されたか、途中で変更されています。最初からやり直してください。
        cancelledTitle: サインインしていません
        cancelledText: サインインがキャンセルされたか、サインインサービスが許可しませんでした。何も変更されていません。
        notAllowedTitle: このアカウントではこのサイトを利用できません
        notAllowedText: サインインしましたが、そのアカウントにはこのサイトへのアクセス権がありません。別のアカウントを使うか、サイトの管理者にお問い合わせください。
        signInTitle: サインインサービスにサインインしていません
        signInText: このサイトは確認なしでサインインしようとしました。先にサインインサービスでサインインしてから、戻ってきてください。
        interactTitle: サインインサービスが確認を求めています
        interactText: このサイトは確認を表示しないよう依頼していました。サインインサービスを開いてから、戻ってきてください。
        consentTitle: 同意が必要です
        consentText: サインインサービスは、そこであなたが同意した後にのみ、あなたの情報をこのサイトに共有できます。
        chooseAccountTitle: 複数のアカウントがあります
        chooseAccountText: サインインサービスは、どのアカウントを使うか判断できません。そこで一つを選んでから、戻ってきてください。
        authenticateStrongerTitle: このサイトではより強力なサインインが必要です
        authenticateStrongerText: サインインしましたが、このサイトが求める方法（二要素認証など）ではありませんでした。サインインサービスで設定してから、もう一度お試しください。
        needsLoginTitle: サインインしてください
        needsLoginText: サインインしていないか、セッションが終了しています。サインインしてから、もう一度操作してください。
        authenticateAnewTitle: このサイトでは新たなサインインが必要です
        authenticateAnewText: サインインサービスが、改めて確認せずに以前のサインインを使用しました。サインインサービスからサインアウトして、もう一度お試しください。
        notDoneTitle: リクエストが拒否されました
        notDoneText: リクエストが別のサイトから送られたか、このアドレスでは受け付けられない方法でした。何も変更されていません。
        signOutFirstTitle: このサイトの Cookie が多すぎます
        signOutFirstText: これ以上サインインを記録できません。先にサインアウトするか、このサイトの Cookie を削除してください。
        askOperatorTitle: サインインを利用できません
        askOperatorText: このサイトの設定を確認する必要があります。問題が続く場合は、サイトの管理者にお問い合わせください。
        providerTroubleTitle: サインインサービスが応答していません
        providerTroubleText: サインインサービスに接続できないか、無効な応答が返されました。しばらくしてからもう一度お試しください。
        retryLink: もう一度試す
        homeLink: サイトに戻る
        otherAccountLink: 別のアカウントを使う
        otherProvidersLink: 別の方法でサインイン
        codeForSupport: サポート用コード:
        chooserTitle: サインイン
        chooserText: サインインに使うアカウントを選んでください。
        providerLink: {} で続ける
        logoutTitle: サインアウトしますか？
        logoutText: 戻るには、もう一度サインインする必要があります。
        logoutButton: サインアウト
        stayLink: サインインしたままにする
        signedOutTitle: サインインしていません
        signedOutText: サインアウトの必要はありません。
        logoutEverywhereButton: すべての端末でログアウト
        signedInTitle: サインインしました
        signedInText: このウィンドウを閉じてかまいません。
        """
}
