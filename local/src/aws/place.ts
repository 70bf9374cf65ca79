/** What the pseudo parameters stand for on one machine. dynalite uses the same account. */
export const ACCOUNT = "000000000000";
export const PARTITION = "aws";
export const REGION = "us-east-1";
export const URL_SUFFIX = "amazonaws.com";
