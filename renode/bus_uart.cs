// The RP2040's UART (a PL011) with what an RS-485 master depends on: characters take their time, both
// ways; BUSY until the last stop bit; the receive timeout 32 bit times after the last character,
// which MicroPython calls RXIDLE. The models' own UART sends at once and has no receive timeout.
// Register numbers and bits: RP2040 data sheet, 4.2.8.
using System;
using System.Collections.Generic;
using Antmicro.Renode.Core;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.UART
{
    public class PhasewardBusUart : IUART, IDoubleWordPeripheral, IKnownSize
    {
        public PhasewardBusUart(IMachine machine, uint clock = 125000000)
        {
            this.machine = machine;
            this.clock = clock;
            IRQ = new GPIO();
            Reset();
        }

        public void Reset()
        {
            sent.Clear();
            received.Clear();
            registers.Clear();
            registers[Ifls] = 0x12;
            registers[Cr] = 0x300;
            raw = 0;
            shifting = false;
            lastCharacter++;
            IRQ.Unset();
        }

        public uint ReadDoubleWord(long offset)
        {
            switch(offset & 0xFFF)
            {
                case Dr: return Received();
                case Fr: return Flags();
                case Ris: return raw;
                case Mis: return raw & Held(Imsc);
                default: return Held(offset & 0xFFF);
            }
        }

        public void WriteDoubleWord(long offset, uint value)
        {
            var register = offset & 0xFFF;
            var written = Aliased(offset >> 12, register, value);
            if(register == Dr)
            {
                Send((byte)value);
            }
            else if(register == Icr)
            {
                raw &= ~written;
            }
            else
            {
                registers[register] = written;
            }
            Tell();
        }

        // A character of the line has come in, stop bit and all.
        public void WriteChar(byte value)
        {
            if(received.Count < FifoSize)
            {
                received.Enqueue(value);
            }
            if(received.Count >= Level(Held(Ifls) >> 3))
            {
                raw |= ReceiveInterrupt;
            }
            var mine = ++lastCharacter;
            machine.ScheduleAction(Bits(32), _ => Rest(mine));
            Tell();
        }

        public GPIO IRQ { get; }
        public long Size { get { return 0x4000; } }
        public uint BaudRate { get { return (uint)(clock * 4.0 / Math.Max(1, Divisor)); } }
        public Antmicro.Renode.Peripherals.UART.Bits StopBits { get { return Antmicro.Renode.Peripherals.UART.Bits.One; } }
        public Parity ParityBit { get { return Parity.None; } }
        public event Action<byte> CharReceived;

        private void Send(byte value)
        {
            if(sent.Count < FifoSize)
            {
                sent.Enqueue(value);
            }
            if(!shifting)
            {
                shifting = true;
                machine.ScheduleAction(Bits(10), _ => Shifted());
            }
        }

        private void Shifted()
        {
            if(sent.Count == 0)
            {
                shifting = false;
                return;
            }
            var value = sent.Dequeue();
            shifting = sent.Count > 0;
            if(sent.Count == Level(Held(Ifls)))
            {
                raw |= TransmitInterrupt;
            }
            if(shifting)
            {
                machine.ScheduleAction(Bits(10), _ => Shifted());
            }
            CharReceived?.Invoke(value);
            Tell();
        }

        private void Rest(ulong mine)
        {
            if(mine == lastCharacter && received.Count > 0)
            {
                raw |= TimeoutInterrupt;
                Tell();
            }
        }

        private uint Received()
        {
            var value = received.Count > 0 ? received.Dequeue() : (byte)0;
            if(received.Count < Level(Held(Ifls) >> 3))
            {
                raw &= ~ReceiveInterrupt;
            }
            if(received.Count == 0)
            {
                raw &= ~TimeoutInterrupt;
            }
            Tell();
            return value;
        }

        private uint Flags()
        {
            return (shifting ? 1u << 3 : 0) | (received.Count == 0 ? 1u << 4 : 0)
                | (sent.Count >= FifoSize ? 1u << 5 : 0) | (received.Count >= FifoSize ? 1u << 6 : 0)
                | (sent.Count == 0 ? 1u << 7 : 0);
        }

        // The register's four addresses: as it is, exclusive or, set, clear (data sheet, 2.1.2).
        private uint Aliased(long alias, long register, uint value)
        {
            var held = register == Icr ? 0 : Held(register);
            switch(alias)
            {
                case 1: return held ^ value;
                case 2: return held | value;
                case 3: return held & ~value;
                default: return value;
            }
        }

        private void Tell()
        {
            IRQ.Set((raw & Held(Imsc)) != 0);
        }

        private uint Held(long register)
        {
            uint value;
            return registers.TryGetValue(register, out value) ? value : 0;
        }

        private TimeInterval Bits(uint count)
        {
            return TimeInterval.FromMicroseconds((ulong)(count * 1000000.0 * Divisor / (4.0 * clock)) + 1);
        }

        // 64 times the divisor of the clock by 16 times the baud rate.
        private uint Divisor { get { return (Held(Ibrd) << 6) + Held(Fbrd); } }

        private static int Level(uint selected)
        {
            return FifoSize * new[] { 1, 2, 4, 6, 7, 7, 7, 7 }[selected & 7] / 8;
        }

        private const int FifoSize = 32;
        private const long Dr = 0x00, Fr = 0x18, Ibrd = 0x24, Fbrd = 0x28, Cr = 0x30, Ifls = 0x34;
        private const long Imsc = 0x38, Ris = 0x3C, Mis = 0x40, Icr = 0x44;
        private const uint ReceiveInterrupt = 1 << 4, TransmitInterrupt = 1 << 5, TimeoutInterrupt = 1 << 6;

        private readonly IMachine machine;
        private readonly uint clock;
        private readonly Queue<byte> sent = new Queue<byte>(), received = new Queue<byte>();
        private readonly Dictionary<long, uint> registers = new Dictionary<long, uint>();
        private uint raw;
        private bool shifting;
        private ulong lastCharacter;
    }
}
