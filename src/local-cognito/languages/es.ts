import type { Messages } from "./en.ts";

export const es: Messages = {
  // En todas las páginas.
  skipToContent: "Saltar al contenido",
  banner: "Local Cognito: una imitación en esta máquina, para desarrollo. Nada se envía fuera.",
  bannerPool: "Sobre este grupo",
  bannerInbox: "Buzón",
  bannerUsers: "Usuarios",
  bannerRequests: "Solicitudes",
  backToApp: "Volver a la aplicación",
  backToPage: "Volver a la página anterior",
  mailIsInInbox: "Nada sale de esta máquina: el correo está en el [buzón local].",
  backToSignIn: "[Volver a iniciar sesión]",

  // Lo que piden los campos.
  username: "Nombre de usuario",
  usernameHint: "Su nombre de usuario o su correo electrónico.",
  email: "Correo electrónico",
  password: "Contraseña",
  newPassword: "Contraseña nueva",
  newPasswordAgain: "Repita la contraseña nueva",
  passwordHint: "Al menos {minimum} caracteres, con {classes}.",
  passwordHintLength: "Al menos {minimum} caracteres.",
  upperCaseLetters: "mayúsculas",
  lowerCaseLetters: "minúsculas",
  numbers: "números",
  symbols: "símbolos",
  verificationCode: "Código de verificación",

  // Atributos que exige el grupo.
  address: "Dirección",
  birthdate: "Fecha de nacimiento",
  familyName: "Apellidos",
  gender: "Género",
  givenName: "Nombre de pila",
  locale: "Configuración regional",
  middleName: "Segundo nombre",
  nickname: "Apodo",
  phoneNumber: "Número de teléfono",
  phoneNumberHint: "Con + y el prefijo del país, solo cifras.",
  mayStayEmpty: "Puede dejarlo vacío.",
  picture: "Dirección de una foto",
  preferredUsername: "Nombre de usuario preferido",
  profile: "Dirección de una página de perfil",
  updatedAt: "Actualizado",
  website: "Sitio web",
  zoneinfo: "Zona horaria",

  // /login
  signIn: "Iniciar sesión",
  signInWithUsername: "Inicie sesión con su nombre de usuario y contraseña",
  signInWithEmail: "Inicie sesión con su correo electrónico y contraseña",
  signInWithProvider: "Inicie sesión con un proveedor",
  signInToAccount: "Inicie sesión en su cuenta",
  next: "Siguiente",
  or: "o",
  newUser: "¿Usuario nuevo? [Cree una cuenta]",
  enterUsername: "Escriba su nombre de usuario",
  enterPassword: "Escriba su contraseña",
  enterYourPassword: "Escriba su contraseña",
  enterCode: "Escriba el código",
  signedInAlready: "Ya ha iniciado sesión aquí.",
  signInAs: "Continuar como {username}",
  orSomebodyElse: "O inicie sesión como otra persona:",
  forgotPasswordLink: "¿Olvidó su contraseña?",
  needAccount: "¿Necesita una cuenta? [Regístrese]",

  // Los botones de /login y los sustitutos de los proveedores
  continueWith: "Continuar con {provider}",
  providerBanner:
    "Un sustituto de {provider}, hecho por Local Cognito para desarrollo. No se pregunta nada a {provider}.",
  providerHeading: "Iniciar sesión con {provider}",
  providerExplanation:
    "Una aplicación quiere saber quién es usted. Lo que diga aquí es lo que {provider} habría dicho de usted.",
  chooseAccount: "Quién ha estado aquí antes",
  someoneElse: "Otra persona",
  fullName: "Nombre completo",
  postalCode: "Código postal",
  addressIsVerified: "El correo electrónico está verificado",
  continueSignIn: "Continuar",
  refuseConsent: "Cancelar",
  nameMissing: "El nombre no puede estar vacío.",
  providerAnswerUnknown:
    "Este inicio de sesión no se empezó en este navegador, o tardó más de cinco minutos. Empiece de nuevo en la aplicación.",

  // /signup
  signUp: "Registrarse",
  signUpNew: "Regístrese con una cuenta nueva",
  haveAccount: "¿Ya tiene una cuenta? [Inicie sesión]",

  // /confirm
  confirmHeading: "Confirme su cuenta",
  codeSent:
    "Hemos enviado un código por correo electrónico a {destination}. Solo funciona el código más reciente.",
  codeSentAt:
    "Hemos enviado un código por correo electrónico a {destination} a las {time}. Solo funciona el código más reciente.",
  linkSent:
    "Hemos enviado un enlace por correo electrónico a {destination}. Ábralo y vuelva aquí. Solo funciona el enlace más reciente.",
  linkOpened: "He abierto el enlace",
  noLink: "¿No ha recibido el enlace?",
  confirmAccount: "Confirmar la cuenta",
  noCode: "¿No ha recibido el código?",
  resendCode: "Reenviarlo",
  anotherAccount: "¿Otra cuenta? [Inicie sesión] o [regístrese].",

  // /confirmUser
  registrationConfirmed: "¡Su registro está confirmado!",
  confirmedGoOn: "Vuelva a la aplicación e inicie sesión.",
  linkNotTaken: "Inicie sesión en la aplicación: le dirá si necesita un enlace nuevo.",

  // /forgotPassword y /confirmForgotPassword
  forgotPasswordHeading: "¿Olvidó su contraseña?",
  forgotPasswordExplanation:
    "Díganos quién es y le enviaremos por correo electrónico un código para elegir una contraseña nueva.",
  sendCode: "Enviarme un código",
  newPasswordHeading: "Elija una contraseña nueva",
  recoveryCodeSent:
    "Si esta cuenta existe, un código va de camino por correo electrónico a {destination}. Sirve durante una hora, y solo el más reciente.",
  changePassword: "Cambiar la contraseña",
  passwordChanged: "Su contraseña ha cambiado. Inicie sesión con la nueva.",
  noCodeAskAgain: "¿No ha recibido el código? [Pida otro]",

  // /changePassword
  ownPasswordHeading: "Elija su propia contraseña",
  welcome: "Hola, {username}. La contraseña que le dieron solo sirve para esta vez.",

  // Lo que puede estar mal en lo escrito.
  incorrectUsernameOrPassword: "Nombre de usuario o contraseña incorrectos.",
  notConfirmed: "El usuario no está confirmado.",
  disabled: "El usuario está deshabilitado.",
  passwordAttemptsExceeded: "Demasiados intentos con la contraseña",
  codeMismatch: "El código de verificación no es válido, inténtelo de nuevo.",
  codeExpired: "El código no es válido, solicite otro.",
  attemptLimitExceeded: "Se ha superado el límite de intentos, inténtelo más tarde.",
  sessionExpired: "La sesión del usuario no es válida: ha caducado.",
  temporaryPasswordExpired:
    "La contraseña temporal ha caducado y un administrador debe restablecerla.",
  recoveryRefused:
    "No se pudo restablecer la contraseña de la cuenta; póngase en contacto con el soporte o inténtelo de nuevo",
  usernameExists: "El usuario ya existe",
  emailExists: "Ya existe una cuenta con ese correo electrónico.",
  poolFull:
    "Este grupo de usuarios está lleno. Elimine usuarios en /_local/users para hacer sitio.",
  usernameMissing: "El nombre de usuario no puede estar vacío.",
  usernameInvalid: "El nombre de usuario debe tener de 1 a 128 caracteres, sin espacios.",
  whiteSpaceIn: "{name}: no puede contener espacios en blanco ({code}).",
  invisibleIn: "{name}: contiene un carácter que no se ve ({code}). Escríbalo en lugar de pegarlo.",
  fullWidthIn: "{name}: contiene el carácter de ancho completo {character}. Cambie de teclado.",
  usernameLooksLikeEmail:
    "El nombre de usuario no puede tener forma de correo electrónico: en este grupo el correo es un alias.",
  attributeRequired: "Los atributos no cumplen el esquema: {name}: El atributo es obligatorio",
  attributeUnknown:
    "Los atributos no cumplen el esquema: No se conoce el tipo del atributo {{name}}",
  attributeTooShort:
    "Los atributos no cumplen el esquema: {name}: El texto debe tener al menos {minimum} caracteres",
  attributeTooLong:
    "Los atributos no cumplen el esquema: {name}: El texto debe tener como máximo {maximum} caracteres",
  attributeTooSmall:
    "Los atributos no cumplen el esquema: {name}: El número no puede ser menor que {minimum}",
  attributeTooLarge:
    "Los atributos no cumplen el esquema: {name}: El número no puede ser mayor que {maximum}",
  attributeNoNumber: "Los atributos no cumplen el esquema: {name}: No es un número",
  attributeNoBoolean: "Los atributos no cumplen el esquema: {name}: No es true ni false",
  attributeNoDate: "Los atributos no cumplen el esquema: {name}: No es una fecha como 1984-05-31",
  emailInvalid: "El formato del correo electrónico no es válido.",
  phoneNumberInvalid: "El formato del número de teléfono no es válido.",
  userDoesNotExist: "El usuario no existe.",
  signUpRefused: "El registro está cerrado",
  signUpRefusedExplanation: "Este grupo de usuarios no permite registrarse",
  passwordsDiffer: "Las contraseñas no coinciden.",
  passwordTooShort: "La contraseña no cumple la política: es demasiado corta",
  passwordTooLong: "La contraseña no cumple la política: es demasiado larga",
  passwordHasBlankEnds:
    "La contraseña no cumple la política: no puede empezar ni terminar con un espacio",
  passwordHasFullWidth:
    "La contraseña no cumple la política: los caracteres de ancho completo no cuentan como letras, números ni símbolos",
  passwordNeedsUpperCase: "La contraseña no cumple la política: debe contener mayúsculas",
  passwordNeedsLowerCase: "La contraseña no cumple la política: debe contener minúsculas",
  passwordNeedsNumber: "La contraseña no cumple la política: debe contener números",
  passwordNeedsSymbol: "La contraseña no cumple la política: debe contener símbolos",

  // /mfa y /mfaSetup
  mfaHeading: "Introduzca un código",
  mfaExplanation:
    "Lo muestra su aplicación de autenticación: seis cifras, distintas cada 30 segundos.",
  mfaCode: "Código",
  mfaSetupHeading: "Configure una aplicación de autenticación",
  mfaSetupScan:
    "A partir de ahora, para iniciar sesión hace falta además un código que muestra una aplicación en su teléfono. Escanee esto con la aplicación:",
  qrCode: "Código QR para la aplicación de autenticación. La clave secreta de abajo dice lo mismo.",
  secretKey: "Clave secreta",
  secretKeyHint: "Si la aplicación no puede escanear, escríbala en ella.",
  mfaSetupCodeHint: "Las seis cifras que la aplicación muestra ahora.",
  deviceName: "Nombre del dispositivo",
  deviceNameHint: "Opcional: cómo llama usted a este teléfono.",
  finishMfaSetup: "Terminar e iniciar sesión",
  totpMismatch: "El código recibido no es válido para el usuario",
  totpMismatchAtSetUp: "El código no coincide",
  totpUsed: "Este código ya se ha usado una vez.",

  // La página de error.
  errorHeading: "Se produjo un error con la página solicitada.",
  redirectMismatch:
    "redirect_mismatch: la dirección de retorno no es, letra por letra, una de las registradas para el cliente de la aplicación.",
  noWayIn:
    "Este cliente de la aplicación no nombra ningún proveedor de identidad (SupportedIdentityProviders), así que estas páginas no ofrecen ninguna entrada.",
  recoveryOff: "Aquí los administradores restablecen las contraseñas",
  recoveryOffExplanation:
    "En este grupo nadie puede recuperar una contraseña por su cuenta. Pide a un administrador que restablezca la tuya.",
  beyondThisMachine:
    "La dirección de retorno está registrada para el cliente de la aplicación, pero no está en este equipo. Cognito local no lleva a nadie allí.",
  parametersMissing: "Faltan parámetros obligatorios.",
  redirectUriMissing: "Falta el parámetro obligatorio 'redirect_uri'.",
  unknownClient: "El cliente del grupo de usuarios no existe.",
  startAgain: "Empezar de nuevo",
  whyRefused: "Por qué se rechazó",
  whatIsRegistered: "Qué está registrado en este grupo",
  notFound: "Página no encontrada",
  notFoundExplanation: "Esa página no existe en este grupo de usuarios.",
  badRequest: "Solicitud incorrecta",
  notUnderstood: "No se pudo entender la solicitud.",
  repeatedField: "Un campo del formulario se envió más de una vez.",
  somethingWentWrong: "Algo salió mal",
  tryAgain: "Inténtelo de nuevo en un momento.",
  openTooLong: "La página estuvo abierta demasiado tiempo y el inicio de sesión se canceló.",
  formRefused: "No se puede aceptar este formulario",
  formNotFromHere:
    "El formulario no se abrió en este navegador, o falta su cookie. No ha cambiado nada.",
  wrongAddress: "Dirección equivocada",
  rightAddress: "Este grupo de usuarios solo responde en {origin}.",
  rightLocalAddress: "Estas páginas solo responden en {origin}/_local.",
  notFromHere: "Desde aquí no",
  ownPagesOnly: "Solo se aceptan acciones desde estas páginas.",
};
