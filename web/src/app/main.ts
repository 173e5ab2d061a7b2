// SPDX-License-Identifier: MIT
import { mount } from 'svelte';
import '../theme/index.css';
import './app.css';
import App from './App.svelte';
import { pseudo } from '../text/texts.ts';

if (pseudo) await (await import('./pseudo.ts')).markTables();

const target = document.getElementById('app');
if (target) mount(App, { target });
