// An Eastron SDM630 at address 1 on the bus, in virtual time: function code 4, 32-bit floats, the three
// phase-to-neutral voltages at 0x0000, 0x0002, 0x0004; every other register is 0.
// Monitor: `meter Voltage 0 229.5`, `meter Answers`.
using System;
using System.Collections.Generic;
using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals;
using Antmicro.Renode.Peripherals.UART;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Integrations
{
    public static class PhasewardMeterExtensions
    {
        public static void CreatePhasewardMeter(this Emulation emulation, string name)
        {
            emulation.ExternalsManager.AddExternal(new PhasewardMeter(), name);
        }
    }

    public class PhasewardMeter : IExternal, IConnectable<IUART>
    {
        public void AttachTo(IUART uart)
        {
            bus = uart;
            machine = uart.GetMachine();
            uart.CharReceived += Hear;
        }

        public void DetachFrom(IUART uart)
        {
            uart.CharReceived -= Hear;
        }

        public void Voltage(int phase, float volts)
        {
            voltages[phase] = volts;
        }

        public bool Silent { get; set; }
        public int Answers { get; private set; }

        private void Hear(byte value)
        {
            frame.Add(value);
            if(frame.Count > Request)
            {
                frame.RemoveAt(0);
            }
            var complete = frame.Count == Request && Crc(frame) == 0;
            if(complete && frame[0] == Address && frame[1] == ReadInput && !Silent)
            {
                var answer = Answer((frame[2] << 8) + frame[3], (frame[4] << 8) + frame[5]);
                machine.ScheduleAction(TimeInterval.FromMilliseconds(20), _ => Say(answer, 0));
                Answers++;
            }
            if(complete)
            {
                frame.Clear();
            }
        }

        private List<byte> Answer(int first, int count)
        {
            var answer = new List<byte> { Address, ReadInput, (byte)(2 * count) };
            for(var register = first; register < first + count; register++)
            {
                var volts = BitConverter.GetBytes(register < 6 ? voltages[register / 2] : 0f);
                var high = register % 2 == 0;
                answer.Add(volts[high ? 3 : 1]);
                answer.Add(volts[high ? 2 : 0]);
            }
            var crc = Crc(answer);
            answer.Add((byte)crc);
            answer.Add((byte)(crc >> 8));
            return answer;
        }

        // A character takes 10 bits at the port's own speed.
        private void Say(List<byte> answer, int next)
        {
            bus.WriteChar(answer[next]);
            if(next + 1 < answer.Count)
            {
                var us = (ulong)(10000000 / Math.Max(1, bus.BaudRate));
                machine.ScheduleAction(TimeInterval.FromMicroseconds(us), _ => Say(answer, next + 1));
            }
        }

        // 0 over a frame together with its own CRC.
        private static int Crc(List<byte> bytes)
        {
            var crc = 0xFFFF;
            foreach(var value in bytes)
            {
                crc ^= value;
                for(var bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
                }
            }
            return crc;
        }

        private const byte Address = 1, ReadInput = 4;
        private const int Request = 8;
        private readonly float[] voltages = { 230f, 230f, 230f };
        private readonly List<byte> frame = new List<byte>();
        private IUART bus;
        private IMachine machine;
    }
}
