/** A shape of AWS's model, as far as inputs are held to it. */
export interface Shape {
  type: "structure" | "list" | "map" | "string" | "integer" | "boolean";
  /** Of a string and a list the length, of an integer the value. */
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  /** Its values are left out of messages. */
  sensitive?: boolean;
  required?: string[];
  /** By member the name of its shape. */
  members?: Record<string, string>;
  /** Of a list. */
  member?: string;
  /** Of a map. */
  key?: string;
  value?: string;
}
