import type { Messages } from "./en.ts";

export const ja: Messages = {
  // すべてのページ
  skipToContent: "本文へ移動",
  banner: "Local Cognito：開発用にこのマシンで動く模擬環境です。外部には何も送信されません。",
  bannerPool: "このプールについて",
  bannerInbox: "受信箱",
  bannerUsers: "ユーザー",
  bannerRequests: "リクエスト",
  backToApp: "アプリに戻る",
  backToPage: "元のページに戻る",
  mailIsInInbox: "メールはこのマシンの外には送信されません。[ローカル受信箱]で確認できます。",
  backToSignIn: "[サインインに戻る]",

  // 入力欄
  username: "ユーザー名",
  usernameHint: "ユーザー名またはメールアドレス。",
  email: "メールアドレス",
  password: "パスワード",
  newPassword: "新しいパスワード",
  newPasswordAgain: "新しいパスワード（確認）",
  passwordHint: "{minimum}文字以上で、{classes}を含めてください。",
  passwordHintLength: "{minimum}文字以上にしてください。",
  upperCaseLetters: "英大文字",
  lowerCaseLetters: "英小文字",
  numbers: "数字",
  symbols: "記号",
  verificationCode: "検証コード",

  // プールが必須とする属性
  address: "住所",
  birthdate: "生年月日",
  familyName: "姓",
  gender: "性別",
  givenName: "名",
  locale: "ロケール",
  middleName: "ミドルネーム",
  nickname: "ニックネーム",
  phoneNumber: "電話番号",
  phoneNumberHint: "+ と国番号で始め、数字だけで入力してください。",
  mayStayEmpty: "空欄のままでもかまいません。",
  picture: "画像のアドレス",
  preferredUsername: "希望するユーザー名",
  profile: "プロフィールページのアドレス",
  updatedAt: "更新日時",
  website: "ウェブサイト",
  zoneinfo: "タイムゾーン",

  // /login
  signIn: "サインイン",
  signInWithUsername: "ユーザー名とパスワードでサインイン",
  signInWithEmail: "Eメールとパスワードでサインイン",
  signInWithProvider: "プロバイダーでサインイン",
  signInToAccount: "アカウントにサインイン",
  next: "次へ",
  or: "または",
  newUser: "初めての方は[アカウントを作成]",
  enterUsername: "ユーザー名を入力",
  enterPassword: "パスワードを入力",
  enterYourPassword: "パスワードを入力してください",
  enterCode: "コードを入力",
  signedInAlready: "すでにサインインしています。",
  signInAs: "{username} としてサインイン",
  orSomebodyElse: "別のユーザーでサインインする場合：",
  forgotPasswordLink: "パスワードをお忘れですか？",
  needAccount: "アカウントをお持ちでない場合は[サインアップ]",

  // /login のボタンとプロバイダーの代役
  continueWith: "{provider} で続ける",
  providerBanner:
    "これは Local Cognito が開発用に用意した {provider} の代役です。{provider} には接続しません。",
  providerHeading: "{provider} でサインイン",
  providerExplanation:
    "アプリがあなたの情報を求めています。ここに入力した内容が、{provider} からの情報として扱われます。",
  chooseAccount: "以前に使用したアカウント",
  someoneElse: "別のアカウント",
  fullName: "氏名",
  postalCode: "郵便番号",
  addressIsVerified: "メールアドレスは検証済み",
  continueSignIn: "続ける",
  refuseConsent: "キャンセル",
  nameMissing: "氏名を入力してください。",
  providerAnswerUnknown:
    "このサインインはこのブラウザーで開始されたものではないか、5分以上経過しています。アプリからもう一度開始してください。",

  // /signup
  signUp: "サインアップ",
  signUpNew: "新しいアカウントでサインアップ",
  haveAccount: "すでにアカウントをお持ちの場合は[サインイン]",

  // /confirm
  confirmHeading: "アカウントの確認",
  codeSent: "{destination} にメールでコードを送信しました。最新のコードだけが有効です。",
  codeSentAt:
    "{time} に {destination} へメールでコードを送信しました。最新のコードだけが有効です。",
  linkSent:
    "{destination} にメールでリンクを送信しました。リンクを開いてから、ここに戻ってください。最新のリンクだけが有効です。",
  linkOpened: "リンクを開きました",
  noLink: "リンクが届きませんか？",
  confirmAccount: "アカウントを確認",
  noCode: "コードが届きませんか？",
  resendCode: "再送信",
  anotherAccount: "別のアカウントを使う場合は[サインイン]または[サインアップ]してください。",

  // /confirmUser
  registrationConfirmed: "登録が確認されました。",
  confirmedGoOn: "アプリに戻って、サインインしてください。",
  linkNotTaken: "アプリでサインインすると、新しいリンクが必要かどうかわかります。",

  // /forgotPassword と /confirmForgotPassword
  forgotPasswordHeading: "パスワードをお忘れですか？",
  forgotPasswordExplanation:
    "ユーザー名を入力してください。新しいパスワードを設定するためのコードをメールで送信します。",
  sendCode: "コードを送信",
  newPasswordHeading: "新しいパスワードの設定",
  recoveryCodeSent:
    "このアカウントが存在する場合、{destination} にメールでコードを送信しました。コードの有効期間は1時間で、最新のものだけが有効です。",
  changePassword: "パスワードを変更",
  passwordChanged: "パスワードを変更しました。新しいパスワードでサインインしてください。",
  noCodeAskAgain: "コードが届かない場合は[もう一度送信]",

  // /changePassword
  ownPasswordHeading: "ご自分のパスワードの設定",
  welcome: "ようこそ、{username} さん。お渡ししたパスワードは今回しか使えません。",

  // 入力の誤り
  incorrectUsernameOrPassword: "ユーザー名またはパスワードが正しくありません。",
  notConfirmed: "ユーザーは確認されていません。",
  disabled: "ユーザーは無効になっています。",
  passwordAttemptsExceeded: "パスワードの試行回数を超えました",
  codeMismatch: "検証コードが無効です。もう一度お試しください。",
  codeExpired: "コードが無効です。コードをもう一度リクエストしてください。",
  attemptLimitExceeded: "試行回数の上限を超えました。しばらくしてからお試しください。",
  sessionExpired: "ユーザーのセッションが無効です。有効期限が切れています。",
  temporaryPasswordExpired: "仮パスワードの有効期限が切れています。管理者による再設定が必要です。",
  recoveryRefused:
    "このアカウントのパスワードをリセットできませんでした。サポートに連絡するか、もう一度お試しください",
  usernameExists: "ユーザーはすでに存在します",
  emailExists: "このメールアドレスのアカウントはすでに存在します。",
  poolFull:
    "このユーザープールは満杯です。/_local/users でユーザーを削除して空きを作ってください。",
  usernameMissing: "ユーザー名を入力してください。",
  usernameInvalid: "ユーザー名は空白を含まない1〜128文字にしてください。",
  whiteSpaceIn: "{name}に空白（{code}）を含めることはできません。",
  invisibleIn:
    "{name}に目に見えない文字（{code}）が含まれています。貼り付けずに入力し直してください。",
  fullWidthIn: "{name}に全角文字「{character}」が含まれています。半角で入力してください。",
  usernameLooksLikeEmail:
    "このユーザープールではメールアドレスが別名として使われるため、ユーザー名をメールアドレスの形式にすることはできません。",
  attributeRequired: "属性がスキーマに適合していません：{name}：この属性は必須です",
  attributeUnknown: "属性がスキーマに適合していません：属性 {{name}} の型が不明です",
  attributeTooShort: "属性がスキーマに適合していません：{name}：{minimum}文字以上にしてください",
  attributeTooLong: "属性がスキーマに適合していません：{name}：{maximum}文字以下にしてください",
  attributeTooSmall: "属性がスキーマに適合していません：{name}：{minimum}以上の数値にしてください",
  attributeTooLarge: "属性がスキーマに適合していません：{name}：{maximum}以下の数値にしてください",
  attributeNoNumber: "属性がスキーマに適合していません：{name}：数値ではありません",
  attributeNoBoolean: "属性がスキーマに適合していません：{name}：true か false にしてください",
  attributeNoDate:
    "属性がスキーマに適合していません：{name}：1984-05-31 のような日付にしてください",
  emailInvalid: "メールアドレスの形式が正しくありません。",
  phoneNumberInvalid: "電話番号の形式が正しくありません。",
  userDoesNotExist: "ユーザーが存在しません。",
  signUpRefused: "サインアップは受け付けていません",
  signUpRefusedExplanation: "このユーザープールではサインアップが許可されていません",
  passwordsDiffer: "パスワードが一致しません。",
  passwordTooShort: "パスワードがポリシーに準拠していません：短すぎます",
  passwordTooLong: "パスワードがポリシーに準拠していません：長すぎます",
  passwordHasBlankEnds: "パスワードがポリシーに準拠していません：先頭または末尾に空白は使えません",
  passwordHasFullWidth:
    "パスワードがポリシーに準拠していません：全角文字は文字・数字・記号として数えられません",
  passwordNeedsUpperCase: "パスワードがポリシーに準拠していません：英大文字が必要です",
  passwordNeedsLowerCase: "パスワードがポリシーに準拠していません：英小文字が必要です",
  passwordNeedsNumber: "パスワードがポリシーに準拠していません：数字が必要です",
  passwordNeedsSymbol: "パスワードがポリシーに準拠していません：記号が必要です",

  // /mfa と /mfaSetup
  mfaHeading: "コードの入力",
  mfaExplanation:
    "認証アプリに表示されている6桁のコードを入力してください。コードは30秒ごとに変わります。",
  mfaCode: "コード",
  mfaSetupHeading: "認証アプリの設定",
  mfaSetupScan:
    "今後のサインインでは、スマートフォンの認証アプリに表示されるコードも必要になります。アプリでこのQRコードを読み取ってください。",
  qrCode: "認証アプリ用のQRコード。内容は下のシークレットキーと同じです。",
  secretKey: "シークレットキー",
  secretKeyHint: "アプリで読み取れない場合は、このキーをアプリに入力してください。",
  mfaSetupCodeHint: "アプリに現在表示されている6桁の数字。",
  deviceName: "デバイス名",
  deviceNameHint: "任意：このスマートフォンの呼び名。",
  finishMfaSetup: "設定してサインイン",
  totpMismatch: "このユーザーのコードとして正しくありません",
  totpMismatchAtSetUp: "コードが一致しません",
  totpUsed: "このコードはすでに一度使用されています。",

  // エラーページ
  errorHeading: "リクエストされたページでエラーが発生しました。",
  redirectMismatch:
    "redirect_mismatch：戻り先のアドレスが、アプリクライアントに登録されたものと一字一句一致していません。",
  noWayIn:
    "このアプリクライアントにはIDプロバイダーが設定されていないため（SupportedIdentityProviders）、このページからはサインインできません。",
  recoveryOff: "パスワードは管理者がリセットします",
  recoveryOffExplanation:
    "このプールでは自分でパスワードを復旧できません。管理者にリセットを依頼してください。",
  beyondThisMachine:
    "戻り先のアドレスはアプリクライアントに登録されていますが、このコンピューター上にはありません。ローカルCognitoはそこへは移動しません。",
  parametersMissing: "必須パラメータがありません。",
  redirectUriMissing: "必須パラメータ 'redirect_uri' がありません。",
  unknownClient: "ユーザープールのクライアントが存在しません。",
  startAgain: "最初からやり直す",
  whyRefused: "拒否された理由",
  whatIsRegistered: "このプールの登録内容",
  notFound: "ページが見つかりません",
  notFoundExplanation: "このユーザープールにそのようなページはありません。",
  badRequest: "不正なリクエスト",
  notUnderstood: "リクエストを解釈できませんでした。",
  repeatedField: "フォームの項目が重複して送信されました。",
  somethingWentWrong: "問題が発生しました",
  tryAgain: "しばらくしてからもう一度お試しください。",
  openTooLong: "ページを開いてから時間が経ちすぎたため、サインインは取り消されました。",
  formRefused: "このフォームは受け付けられません",
  formNotFromHere:
    "このフォームはこのブラウザで開かれたものではないか、Cookie がなくなっています。何も変更されていません。",
  wrongAddress: "アドレスが違います",
  rightAddress: "このユーザープールは {origin} でのみ応答します。",
  rightLocalAddress: "これらのページは {origin}/_local でのみ応答します。",
  notFromHere: "ここからは操作できません",
  ownPagesOnly: "操作はこれらのページからのみ受け付けます。",
};
