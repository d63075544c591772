declare module "ejs" {
  const ejs: {
    /** `filename` names the template in errors. */
    compile(template: string, options: { filename: string }): (locals: object) => string;
  };
  export default ejs;
}
