import { z } from 'zod';

const quantity = z.int().min(0).max(2147483647);
const tag = z.object({ Key: z.string(), Value: z.string() });
// Partition, service, region, account and resource.
const arn = /^arn:aws[a-zA-Z-]*:[A-Za-z0-9][\w/.-]{0,62}:[\w/.-]{0,63}:[\w/.-]{0,63}:[A-Za-z0-9][\w:/+=,@.-]{0,1023}$/;

/**
 * A record of BatchMeterUsage, with the limits of its model; the time is in epoch seconds. Those of tags are not here:
 * they have an error of their own.
 */
export const usageRecord = z.object({
  Timestamp: z.number(),
  CustomerIdentifier: z.string().max(255).optional(),
  CustomerAWSAccountId: z
    .string()
    .regex(/^[0-9]{1,255}$/)
    .optional(),
  LicenseArn: z.string().regex(arn).optional(),
  Dimension: z.string().min(1).max(255),
  Quantity: quantity.optional(),
  UsageAllocations: z
    .array(z.object({ AllocatedUsageQuantity: quantity, Tags: z.array(tag).min(1).optional() }))
    .min(1)
    .max(2500)
    .optional(),
});

export type UsageRecord = z.infer<typeof usageRecord>;
